"""Use B: what a complaint is about, whether a sentence is praise; across sources, with typos, and as a small chat."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting, uncertainty
from core.judging import chance_level, study_fits, use_case_rules
from core.perturbation import corruptions
from core.scenarios.language import intents, writer
from core.schema import Contest, Dataset, Facts, Inputs, JsonObject, Plan, ProgressCallback, Scenario, Task, Verdict
from core.storage.bundled_files import labelled_dataset, sample_path

COMPLAINTS = 320
OPINIONS = 240
TRAINED = 240
ASKED = 80
FIT_SECONDS = 8.0
CHAT_SECONDS = 4.0
SPOILT = (0.0, 0.02, 0.05, 0.1, 0.2)
SOURCES = (("movie", "films"), ("amazon", "goods"), ("tweets", "tweets"))


def complaints(seed: int) -> tuple[Dataset, Task]:
    """Complaints to a US bureau and the product each is about, eight of them."""
    return use_case_rules.load_sample("text", "complaints", COMPLAINTS, seed), use_case_rules.make_task(
        "product", "multiclass"
    )


def opinions(seed: int) -> tuple[Dataset, Task]:
    """Sentences from film reviews, liked or not."""
    return use_case_rules.load_sample("text", "sentiment", OPINIONS, seed), use_case_rules.make_task("label", "binary")


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Supported (contradicted) when the deep (classical) side is better on skill beyond the margin at 95 %, on both
    sets of texts; the deep side is stood for by the contestant its inner validation picked, pretrained or not."""
    return use_case_rules.judge_parts(scenario, contest, "classical")


def load_source(domain: str, rows: int, seed: int) -> Dataset:
    """Praise and blame from one source: as many of each, drawn at random, without the neutral ones."""
    import pandas as pd

    frame = pd.read_parquet(sample_path("sentiment.parquet"))
    frame = frame[(frame["domain"] == domain) & (frame["label"] != "neutral")]
    labels = ("negative", "positive")
    draw = np.random.default_rng((seed, len(frame)))
    parts = [draw.permutation(np.flatnonzero(frame["label"] == label))[: rows // 2] for label in labels]
    picked = frame.iloc[draw.permutation(np.concatenate(parts))]
    codes = (picked["label"] == "positive").to_numpy().astype(np.int64)
    texts = picked["text"].to_numpy(dtype=object)
    return labelled_dataset("text", f"Opinions: {domain}", texts, codes, labels, "Hutto & Gilbert 2014", column="label")


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> Facts:
    """Trained on films: asked about films, goods and tweets, and about misspelt films; then a chat for a bank."""
    films, task = load_source("movie", TRAINED + 2 * ASKED, seed), use_case_rules.make_task("label", "binary")
    test = np.arange(len(films)) >= TRAINED
    cut = study_fits.holdout(films, test, seed)
    bench = study_fits.fit_study_models(contest, cut, task, FIT_SECONDS, on_progress)
    return {
        "sections": [
            cross_source_section(bench, cut.test, seed),
            typo_section(bench, cut.test, seed, on_progress),
            chat_section(contest, seed, on_progress),
            writer.writer_section(on_progress),
        ]
    }


def cross_source_section(study_models: study_fits.StudyModels, films: Dataset, seed: int) -> JsonObject:
    """Accuracy on three sources after training on one."""
    rows = []
    for domain, title in SOURCES:
        asked = films if domain == "movie" else load_source(domain, ASKED, seed)
        asked = study_fits.subsample(asked, ASKED, seed)
        truth = np.asarray(asked.target)
        for who in study_models.models:
            right = int((np.asarray(who.model.predict(asked.inputs)).argmax(axis=1) == truth).sum())
            rows.append({**study_fits.accuracy_point(0, right, len(truth), who), "x": title})
    about = (
        f"Trained on {TRAINED} sentences about films only, asked about {ASKED} sentences of each source, half of them "
        f"praise. Bars: {uncertainty.INTERVAL}.{study_models.note}"
    )
    return use_case_rules.study_section(
        "Another source", "bar", about, rows=rows, x_title="asked about", y_title="right, %"
    )


def typo_section(
    study_models: study_fits.StudyModels, films: Dataset, seed: int, on_progress: ProgressCallback
) -> JsonObject:
    """Accuracy on film sentences with a share of letters replaced."""
    test = study_fits.subsample(films, ASKED, seed)

    def spoil(_: object, share: float) -> Inputs:
        return corruptions.corrupt(test, "typos", 5 * share, seed).inputs

    rows = study_fits.accuracy_lines(study_models, test, SPOILT, spoil, on_progress, 8.0)
    about = (
        f"The same {len(test)} sentences about films, a share of their letters replaced by others.{study_models.note}"
    )
    return study_fits.line_section("Typos", about, rows, "share of letters replaced", "right, %")


def chat_section(contest: Contest, seed: int, on_progress: ProgressCallback) -> JsonObject:
    """The answers of every contestant to sentences none has seen, after ten examples of each of six requests."""
    dataset = intents.dataset()
    cut = refitting.folds(dataset, use_case_rules.make_task("intent", "multiclass"), 5, seed)[0]
    # Nothing is scored here, so the fold's test rows are learned from too.
    cut = refitting.Fold(refitting.concatenate((cut.train, cut.test)), cut.valid, cut.test, seed)
    bench = study_fits.fit_study_models(
        contest, cut, use_case_rules.make_task("intent", "multiclass"), CHAT_SECONDS, on_progress
    )
    asked = np.array(intents.ASKED, dtype=object)
    rows = [[sentence] for sentence in intents.ASKED]
    for who in bench.models:
        answers = np.asarray(who.model.predict(asked))
        for row, answer in zip(rows, answers, strict=True):
            row.append(f"{dataset.labels[int(answer.argmax())]} ({100 * answer.max():.0f} %)")
    about = (
        "Six kinds of request to a bank, ten examples of each, written for this app; then sentences with other words. "
        f"In brackets how sure each is.{bench.note}"
    )
    columns = ["sentence", *(f"{who.title} ({who.family})" for who in bench.models)]
    return use_case_rules.study_section("Which desk?", "table", about, columns=columns, rows=rows)


SCENARIO = Scenario(
    key="language",
    title="Complaints, opinions and requests",
    use_case="language",
    says="For language, large networks are the only viable approach.",
    favours="deep",
    modality="text",
    load=complaints,
    more=(("Opinions on films", opinions),),
    judge=judge,
    contestants=("text_tfidf", "text_deep", "text_hybrid", "text_minilm"),
    plan=Plan(budget_seconds=40.0, folds=5, repeats=1, fixed_folds=True),
    limits={"rows": COMPLAINTS},
    about="320 of 6,006 complaints about eight bank products, and 240 sentences about films. Weighted words meet a "
    "network from scratch, both weighed together, and a sentence encoder pretrained on a billion pairs. "
    "Writing at scale, of which the document speaks, is beyond this machine: what is tested is understanding of short "
    "texts, and where it is installed a small language model replies, with the rate and price of its tokens. Played, "
    "it can be asked: type a complaint and see to which desk each side sends it.",
    rule="the deep side holds if it is better on skill beyond a point at 95 % on both sets of texts; one loss "
    "without a win contradicts it.",
    own_data="a table of texts and labels, or a folder per class, on the Compare page",
    study=study,
)
