"""Boilerplate written before the rules were last mended and not looked at since: it only measures."""

UNSEEN = (
    "(keep the reasoning visible)",
    "My question for you today is this:",
    "Thanks so much for any help you can give",
    "Reason it out one step at a time before you commit to an answer",
    r"Please put your final result inside \boxed{...}",
    "no internet access required for this one",
    "You're a knowledgeable assistant who answers any question",
    "Ok so here is the thing I want to ask",
    "Please reply as accurately as you possibly can",
    "### User request",
    "(answer from memory, don't look anything up)",
    "Let me know if anything is unclear",
    "Double-check everything before giving me the answer",
    "Sorry if this has been asked before",
    "I would be grateful for a correct answer",
    "Bitte denk gut nach, bevor du antwortest",
    "Merci d'avance pour ton aide",
    "Gracias de antemano por la ayuda",
    "Write your final answer on the last line after 'Answer:'",
    "Hello! I have got a question for you",
)
