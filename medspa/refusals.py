"""Refusals: what was asked for was not done, and why.

Services raise them; a view, a command, a job or the API turns them into its own answer.
"""


class Refused(Exception):
    """Nothing was done.

    `code` is for programs and never changes; the sentence is for the person who asked.
    A subclass names its code, unless a caller needs a finer one.
    """

    code = "refused"

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code:
            self.code = code

    def __str__(self) -> str:
        return self.sentence
