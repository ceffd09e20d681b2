"""What the GGUF scout asks its model. A change here makes the calibration constants wrong: make them anew."""

LETTERS = ("A", "B", "C")  # trivial, standard, complex: "Trivial" is two tokens in most vocabularies

INSTRUCTION = (
    "How hard is this request for a small assistant? Answer A for trivial, B for ordinary, C for hard."
)
# Read once and kept, so they cost nothing per prompt. Without them a 135M model answers A to everything.
EXAMPLES = (
    ("hi, how are you?", "A"),
    ("Explain how a bicycle pump works.", "B"),
    ("Prove that there are infinitely many primes.", "C"),
    ("Translate 'thank you' into Italian.", "A"),
    ("Write a short email asking my landlord to fix the heating.", "B"),
    ("Design a rate limiter for several regions and argue why it cannot deadlock.", "C"),
    ("What is the capital of Peru?", "A"),
    ("Why does bread rise? Keep it simple.", "B"),
    (
        "Three people each tell one lie and one truth;"
        " from their six statements find out who broke the vase.",
        "C",
    ),
    ("thanks!", "A"),
    ("Write a Python function that removes duplicates from a list.", "B"),
    ("Find the bug in this lock-free queue and give a corrected version with a proof sketch.", "C"),
    ("12 + 30", "A"),
    ("Summarise this article in five bullet points.", "B"),
    ("How many ways are there to tile a 3 by 12 board with dominoes?", "C"),
    ("Fix the spelling: I recieve it tomorow", "A"),
    ("Compare tea and coffee for someone who sleeps badly.", "B"),
    ("Derive the gradient of the softmax cross-entropy and its Hessian.", "C"),
)
