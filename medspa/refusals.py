"""Refusals: what was asked for was not done, and why.

Services raise them. A view (`medspa.web.refusals`), a command
(`medspa.management.refusals`) and a background job (`medspa.jobs.registry`) each turn
them into their own answer in one place.
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
