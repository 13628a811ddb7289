"""What folders say they are by their names: parts, folds, masks, versions, owners; all others may be classes."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.readers.name_meaning import CASE, LETTERS_AND_DIGITS, OWNERS, word_set

PART, FOLD, OWNER, MASK, VERSION = "part", "fold", "owner", "mask", "version"
UNLABELLED, BACKGROUND, WRAPPER = "unlabelled", "background", "wrapper"
# What a role is called in messages.
TITLES = {
    PART: "parts of the data (train, test, validation)", FOLD: "folds or pieces of the data",
    OWNER: "persons, devices or sessions", MASK: "masks or ground truth", VERSION: "versions of the same files",
    UNLABELLED: "files without a class", BACKGROUND: "background noise", WRAPPER: "data in general",
}  # fmt: skip
# In letters without accents; a folder name is compared in the same way.
PART_WORDS = {
    "train": "train training trn entrenamiento entrainement apprentissage addestramento allenamento treino treinamento "
    "trening treningowy treningowe traning egitim обучение обучающая обучающий тренировка 训练 訓練 学习 學習 "
    "学習 훈련 학습",
    "test": "test testing tests tst prueba pruebas teste testes testowy testowe тест тестовая тестовый 测试 測試 "
    "テスト 테스트 시험",
    "valid": "val valid validation validate vali dev eval evaluation holdout validacion validacao validazione "
    "validierung validatie walidacja walidacyjny валидация валидационная dogrulama 验证 驗證 検証 검증",
    "predict": "pred predict prediction predictions inference",
}  # fmt: skip
# Short forms that are parts only beside another word: imagesTr, ts_data.
SHORT_PARTS = {"tr": "train", "ts": "test", "te": "test", "va": "valid"}
NEUTRAL = word_set(
    "image images img imgs pic pics picture pictures photo photos data dataset datasets set sets sub folder dir files "
    "file audio audios sound sounds wav wavs clips recordings speech text texts txt doc docs documents sample samples "
    "all full final jpg jpeg png input inputs x the of and seg public private daten bilder tone menge satz datos "
    "imagenes conjunto donnees ensemble dati immagini dados imagens dane zbior данные набор"
)
FOLD_WORDS = word_set("fold folds kfold cv xval crossval falte pliegue")
PIECE_WORDS = word_set("split partition part chunk shard subset batch piece block")
OCCASION_WORDS = word_set("session ses sess run lot visit trial take batch recording")
OWNER_WORDS = (OWNERS | word_set("volunteer player driver rider")) - word_set("s p u id part batch lot")
MASK_WORDS = word_set(
    "mask masks masked gt groundtruth annotation annotations annot segmentation segmentations label labels bbox bboxes "
    "boxes contours trimap trimaps maske masken mascara mascaras masque masques"
)
VERSION_WORDS = word_set(
    "color colour colored coloured rgb gray grey grayscale greyscale bw segmented edges original originals orig "
    "augmented augmentation augmentations aug raw processed preprocessed resized cropped flipped rotated normalized "
    "normalised denoised enhanced hsv masked depth thermal infrared ir nir"
)
AUGMENTED = word_set("augmented augmentation augmentations aug flipped rotated")
FIRST_VERSIONS = ("original", "originals", "orig", "color", "colour", "colored", "coloured", "rgb", "raw")
UNLABELLED_WORDS = word_set("unsup unsupervised unlabeled unlabelled unannotated unlabel")
FEW_OF_NOISE = 0.5
LONGEST = 200
CODED_OWNERS = word_set("s p u v id sid pid day week site")
CODE = re.compile(r"[\s_-]*\d+$")


def _plain(text: str) -> str:
    """A text in lower case without accents."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in parted if unicodedata.category(char) != "Mn"))


_PARTS = {_plain(word): kind for kind, words in PART_WORDS.items() for word in words.split()}
_NEUTRAL = frozenset(map(_plain, NEUTRAL))


@dataclass(frozen=True)
class FolderName:
    """What one name says by itself: its role ("" for none), the telling word, and the words that say something else."""

    role: str
    word: str = ""
    rest: tuple[str, ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class FolderContent:
    """What lies in a folder: how many files, names of its subfolders, stems of the files that lie in it directly."""

    files: int
    below: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)
def folder_words(name: str) -> tuple[str, ...]:
    """The words of a folder's name in lower case and without accents, numbers apart.

    Args:
        name: one folder, no path.
    """
    parted = CASE.sub(
        lambda hit: f"{hit[1] or hit[3]} {hit[2] or hit[4]}", unicodedata.normalize("NFC", name[:LONGEST])
    )
    parted = re.sub(r"(?<=\d)(?=[^\W\d_])", " ", LETTERS_AND_DIGITS.sub(" ", parted))
    return tuple(re.sub(r"[^\w]+|_+", " ", _plain(parted)).split())


@lru_cache(maxsize=8192)
def read_folder_name(name: str) -> FolderName:
    """What a folder's name says by itself.

    Args:
        name: one folder, no path.
    """
    words = [word for word in folder_words(name) if not word.isdecimal()]
    numbered = len(words) < len(folder_words(name))
    if {"background", "noise"} <= set(words):
        return FolderName(BACKGROUND, "noise", _other(words, word_set("background noise")), numbered)
    if {"ground", "truth"} <= set(words):
        return FolderName(MASK, "truth", _other(words, word_set("ground truth")), numbered)
    if {"no", "without", "missing"} & set(words) and {"label", "labels", "annotation", "annotations"} & set(words):
        return FolderName(UNLABELLED, "label", (), numbered)
    for role, known in ((UNLABELLED, UNLABELLED_WORDS), (MASK, MASK_WORDS), (VERSION, VERSION_WORDS)):
        hit = next((word for word in words if word in known), "")
        # Label_0 and label_1 are classes; masks and versions are not counted.
        if hit and (role == UNLABELLED or not numbered):
            return FolderName(role, hit, _other([w for w in words if not _part_kind(w)], known), numbered)
    for word in words:
        kind = _part_kind(word) if len(words) > 1 else part_of(word)
        if kind:
            return FolderName(PART, kind, _other([w for w in words if w != word]), numbered)
    if numbered or (len(words) == 2 and len(words[1]) == 1):
        for role, known in ((FOLD, FOLD_WORDS | PIECE_WORDS), (OWNER, OWNER_WORDS | OCCASION_WORDS)):
            hit = next((word for word in words if word in known), "")
            if hit and all(len(word) == 1 or word == hit for word in _other(words)):
                return FolderName(role, hit, (), True)
    return FolderName("" if _other(words) else WRAPPER, "", _other(words), numbered)


def part_of(word: str) -> str:
    """ "train", "test", "valid" or "predict" for a word such as "trainset" or "Testdaten", else "".

    Args:
        word: in lower case, without accents.
    """
    if word in _PARTS:
        return _PARTS[word]
    for known, kind in _PARTS.items():
        if not known.isascii() and known in word and len(word) <= len(known) + 4:
            return kind
        head, tail = word.removeprefix(known), word.removesuffix(known)
        behind = head != word and (head in _NEUTRAL or head.removeprefix("s") in _NEUTRAL)
        if behind or (tail != word and tail in _NEUTRAL):
            return kind
    return ""


def _part_kind(word: str) -> str:
    return part_of(word) or SHORT_PARTS.get(word, "")


def _other(words: Iterable[str], known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(word for word in words if word not in known and word not in _NEUTRAL)


def folder_roles(level: Mapping[str, FolderContent]) -> dict[str, str]:
    """The folders of one level that are no classes -> their role; the names beside a name decide with it.

    A class called "train" beside "bus" and "car", or "mask" beside "scarf" and "helmet", stays a class.

    Args:
        level: folders that lie side by side -> what lies in them.
    """
    read = _without_shared_words({name: read_folder_name(name) for name in level})
    found = {name: UNLABELLED for name, one in read.items() if one.role == UNLABELLED and not one.rest}
    found |= dict.fromkeys(_parts(level, read), PART)
    found |= {name: BACKGROUND for name, one in read.items() if one.role == BACKGROUND and _is_noise(name, level)}
    ordinary = [name for name, one in read.items() if name not in found and (not one.role or one.rest)]
    if not ordinary:
        for role in (MASK, VERSION, FOLD, OWNER):
            names = [name for name, one in read.items() if one.role == role and name not in found]
            words = {read[name].word for name in names}
            enough = {MASK: 1, VERSION: 2, FOLD: 1, OWNER: 2}[role]
            if len(words if role == VERSION else names) >= enough and (role != OWNER or len(words) == 1):
                found |= dict.fromkeys(names, role)
    else:
        found |= {name: FOLD for name, one in read.items() if one.role == FOLD and one.word in FOLD_WORDS}
    found |= dict.fromkeys(_coded_owners(level, ordinary), OWNER)
    if PART in found.values():
        # A copy of the whole one folder deeper: data/train beside train.
        held = {name: {read_folder_name(below).role for below in level[name].below} for name in ordinary}
        found |= {name: WRAPPER for name, roles in held.items() if roles == {PART}}
    if set(found.values()) & {PART, MASK, VERSION, FOLD} or len(level) == 1:
        found |= {name: WRAPPER for name, one in read.items() if one.role == WRAPPER and name not in found}
    return found


def _without_shared_words(read: dict[str, FolderName]) -> dict[str, FolderName]:
    """The names without words that all of them share: in lung_images and lung_masks "lung" tells nothing apart."""
    rests = {one.rest for one in read.values() if one.rest}
    told = {name for name, one in read.items() if one.rest and one.role in (PART, MASK, VERSION)}
    plain = {
        name for name, one in read.items() if one.rest and not one.role and len(folder_words(name)) > len(one.rest)
    }
    others = {name for name, one in read.items() if one.role == WRAPPER}
    if len(rests) != 1 or not told or len(told | plain | others) < len(read) or len(read) < 2:
        return read
    return {name: replace(one, role=one.role or WRAPPER, rest=()) for name, one in read.items()}


def _parts(level: Mapping[str, FolderContent], read: Mapping[str, FolderName]) -> list[str]:
    """Folders named after a part of the data, unless the names beside them make them classes."""
    named = {name: one for name, one in read.items() if one.role == PART}
    kinds: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in named.values():
        kinds[one.rest].add(one.word)
    ordinary = {name for name, one in read.items() if not one.role or one.rest}
    found = []
    for name, one in named.items():
        beside = len(kinds[one.rest] - {"predict"}) > 1 or (one.word == "predict" and len(kinds[one.rest]) > 1)
        alone = not one.rest and not ordinary and one.word != "predict"
        if beside or alone or (not one.rest and level[name].below & ordinary):
            found.append(name)
    return found


def _coded_owners(level: Mapping[str, FolderContent], ordinary: Sequence[str]) -> Sequence[str]:
    """Folders such as s1, p07 or "day 3" over the same two words or more, which are the classes then."""
    codes = {CODE.sub("", name[:LONGEST].casefold()) for name in ordinary}
    if len(ordinary) < 2 or len(codes) != 1 or not codes <= CODED_OWNERS or len(ordinary) != len(level):
        return ()
    shared = frozenset.intersection(*(level[name].below for name in ordinary))
    return ordinary if sum(not re.search(r"\d", name) for name in shared) > 1 else ()


def _is_noise(name: str, level: Mapping[str, FolderContent]) -> bool:
    """Whether a folder of background noise is no class: marked by underscores, or much smaller than every class."""
    others = [content.files for other, content in level.items() if other != name]
    return name.startswith("_") or (bool(others) and level[name].files < FEW_OF_NOISE * min(others))


def is_occasion(word: str) -> bool:
    """Whether folders of this word are never classes by themselves: sessions, runs, not persons or devices.

    Args:
        word: ``FolderName.word``.
    """
    return word in OCCASION_WORDS


def version_rank(name: str) -> int:
    """The lower, the more a folder holds the pictures as they were taken: original, colour, all others, augmented.

    Args:
        name: one folder, no path.
    """
    word = read_folder_name(name).word
    if word in AUGMENTED:
        return len(FIRST_VERSIONS) + 1
    return FIRST_VERSIONS.index(word) if word in FIRST_VERSIONS else len(FIRST_VERSIONS)
