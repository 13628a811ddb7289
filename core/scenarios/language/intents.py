"""A small set of sentences with what their writer wants, for a chat that must send each to the right desk."""

from __future__ import annotations

import numpy as np

from core.schema import Dataset
from core.storage.bundled_files import labelled_dataset

SENTENCES: dict[str, tuple[str, ...]] = {
    "block card": (
        "please block my card", "I lost my credit card", "my card was stolen yesterday", "freeze my debit card now",
        "somebody took my wallet with the card", "deactivate the card ending in 12", "stop all payments with my card",
        "my card is gone", "lock my card please", "I cannot find my card anywhere",
    ),
    "balance": (
        "what is my balance", "how much money do I have", "show my account balance", "how much is left on my account",
        "tell me the balance of my savings", "is there enough money on my account", "current balance please",
        "what do I have in checking", "how much can I still spend", "amount available on my account",
    ),
    "transfer": (
        "send 50 dollars to Anna", "transfer money to my landlord", "pay my brother 20 euros", "move 100 to savings",
        "I want to wire money abroad", "make a payment to this account", "send the rent", "transfer 300 to my wife",
        "how do I send money to a friend", "please pay this bill",
    ),
    "loan": (
        "I want to borrow money", "can I get a loan for a car", "apply for a mortgage", "what does a loan cost",
        "interest rate for a personal loan", "I need credit to buy a house", "how much could you lend me",
        "terms of a student loan", "I would like financing for a kitchen", "may I borrow 5000",
    ),
    "complaint": (
        "I want to complain", "your service is terrible", "you charged me twice", "this fee is wrong",
        "I am very unhappy with the bank", "nobody answers my calls", "I was treated badly at the branch",
        "refund the wrong fee", "the app never works", "I have been waiting for weeks",
    ),
    "password": (
        "I forgot my password", "reset my password", "I cannot log in", "my login does not work",
        "change the pin of the app", "locked out of online banking", "the app does not accept my password",
        "I need a new password", "how do I sign in again", "my access code is not accepted",
    ),
}  # fmt: skip

ASKED = (
    "my purse was snatched on the bus",
    "am I broke already?",
    "wire two hundred to my sister",
    "could you lend me something for a new roof",
    "twice the same charge, this is a disgrace",
    "it says wrong credentials every time",
    "plese blok my crad",
)


def dataset() -> Dataset:
    """The sentences with their intent as class."""
    labels = tuple(SENTENCES)
    texts = [text for found in SENTENCES.values() for text in found]
    codes = np.array([code for code, found in enumerate(SENTENCES.values()) for _ in found])
    inputs = np.array(texts, dtype=object)
    return labelled_dataset(
        "text", "Requests to a bank", inputs, codes, labels, "written for this app", column="intent"
    )
