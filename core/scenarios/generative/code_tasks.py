"""Twenty small functions to write, each with unit tests of our own: calls and the value that each must give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CodeTask:
    """One function. asks: what it must do, in a sentence. cases: arguments and the value expected, JSON-able."""

    name: str
    parameters: str
    asks: str
    cases: tuple[tuple[list[object], object], ...]

    @property
    def prompt(self) -> str:
        """What the model is asked.

        Returns:
            One message.
        """
        return (
            f"Write a Python function `{self.name}({self.parameters})` that {self.asks}. Use no imports. Answer with "
            "the code only."
        )


TASKS = (
    CodeTask("larger", "a, b", "returns the larger of two numbers", (([1, 2], 2), ([5, -3], 5), ([4, 4], 4))),
    CodeTask("is_even", "n", "returns True if n is even and False if not", (([4], True), ([7], False), ([0], True))),
    CodeTask("add_all", "numbers", "returns the sum of a list of numbers", (([[1, 2, 3]], 6), ([[]], 0), ([[-1]], -1))),
    CodeTask(
        "backwards", "text", "returns a string with its letters in reverse order", ((["abc"], "cba"), ([""], ""))
    ),
    CodeTask(
        "count_vowels", "text", "counts how many of the letters a, e, i, o and u stand in a lower-case string",
        ((["banana"], 3), (["rhythm"], 0), (["queue"], 4)),
    ),
    CodeTask("factorial", "n", "returns the factorial of n", (([0], 1), ([1], 1), ([5], 120))),
    CodeTask(
        "is_palindrome", "text", "returns True if a string reads the same backwards and False if not",
        ((["level"], True), (["lever"], False), ([""], True)),
    ),
    CodeTask(
        "squares", "numbers", "returns a list of the square of each number",
        (([[1, 2, 3]], [1, 4, 9]), ([[]], [])),
    ),
    CodeTask("smallest", "numbers", "returns the smallest number of a list", (([[3, 1, 2]], 1), ([[-5, 0]], -5))),
    CodeTask(
        "mean", "numbers", "returns the arithmetic mean of a list of numbers",
        (([[1, 2, 3, 4]], 2.5), ([[7]], 7)),
    ),
    CodeTask(
        "words", "text", "returns how many words a string holds, separated by spaces",
        ((["a b c"], 3), (["one"], 1)),
    ),
    CodeTask(
        "fibonacci", "n", "returns the n-th Fibonacci number, where number 0 is 0 and number 1 is 1",
        (([0], 0), ([1], 1), ([10], 55)),
    ),
    CodeTask(
        "is_prime", "n", "returns True if n is a prime number and False if not",
        (([2], True), ([15], False), ([17], True), ([1], False)),
    ),
    CodeTask(
        "without_doubles", "items", "returns a list without repeated items, in the order of their first appearance",
        (([[1, 2, 1, 3, 2]], [1, 2, 3]), ([[]], [])),
    ),
    CodeTask(
        "to_fahrenheit", "celsius", "converts degrees Celsius to degrees Fahrenheit",
        (([0], 32), ([100], 212), ([-40], -40)),
    ),
    CodeTask(
        "digit_sum", "n", "returns the sum of the decimal digits of a whole number",
        (([123], 6), ([0], 0), ([909], 18)),
    ),
    CodeTask(
        "flatten", "rows", "turns a list of lists into one list with all their items",
        (([[[1, 2], [3]]], [1, 2, 3]), ([[[], [4]]], [4])),
    ),
    CodeTask(
        "letters", "text", "returns a dictionary that counts how often each letter occurs in a string",
        ((["aab"], {"a": 2, "b": 1}), ([""], {})),
    ),
    CodeTask(
        "divisor", "a, b", "returns the greatest common divisor of two positive numbers",
        (([12, 18], 6), ([7, 3], 1)),
    ),
    CodeTask(
        "second_largest", "numbers", "returns the second largest number of a list of different numbers",
        (([[3, 9, 5]], 5), ([[1, 2]], 1), ([[-1, -2, -3]], -2)),
    ),
)  # fmt: skip
