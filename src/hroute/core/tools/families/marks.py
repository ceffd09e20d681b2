"""The marks of tool calls that are single tokens in the vocabularies of the families, as they are spelt."""

CALL_MARKS = frozenset(
    {
        # Mistral
        *("[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"),
        # Llama 3.1 and 4
        *("<|python_tag|>", "<|python_start|>", "<|python_end|>"),
        # Qwen, Hermes, GLM and many others; Granite, Phi; LFM2
        *("<tool_call>", "</tool_call>", "<tool_calls>", "</tool_calls>", "<|tool_call|>", "<|/tool_call|>"),
        *(
            "<arg_key>",
            "</arg_key>",
            "<arg_value>",
            "</arg_value>",
            "<|tool_call_start|>",
            "<|tool_call_end|>",
        ),
        # DeepSeek
        *("<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>"),
        *("<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>", "｜DSML｜"),
        # Kimi
        *("<|tool_calls_section_begin|>", "<|tool_call_begin|>", "<|tool_call_argument_begin|>"),
        "<|tool_calls_section_end|>",
        # Cohere; FunctionGemma and Gemma 4; Nemotron
        *("<|START_ACTION|>", "<|END_ACTION|>"),
        *("<start_function_call>", "<end_function_call>", "<escape>"),
        *("<|tool_call>", "<tool_call|>", '<|"|>'),
        *("<TOOLCALL>", "</TOOLCALL>"),
    }
)
