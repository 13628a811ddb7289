"""The suggested target of tables in the manner of well-known ones, of embedded tables, and what decides between two."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from core import ingest
from core.readers.tables import target_inference, target_suggestion
from core.schema import Column

TYPES = {
    "n": "numeric", "c": "categorical", "b": "boolean", "i": "id", "t": "text", "d": "date", "k": "constant",
    "e": "empty",
}  # fmt: skip
# Name of a data set of statistics packages, its usual target, and name:type and different values of its columns.
TABLES = (
    ("Auto", "mpg",
        "mpg:n127 | cylinders:n5 | displacement:n81 | horsepower:n93 | weight:n346 | acceleration:n95 | year:n13 "
        "| origin:n3 | name:i301"),
    ("Bikeshare", "bikers",
        "season:n4 | mnth:c12 | day:n365 | hr:n24 | holiday:b2 | weekday:n7 | workingday:b2 | weathersit:c4 | "
        "temp:n48 | atemp:n65 | hum:n88 | windspeed:n29 | casual:n229 | registered:n514 | bikers:n585"),
    ("Boston", "medv",
        "crim:n504 | zn:n26 | indus:n76 | chas:b2 | nox:n81 | rm:n446 | age:n356 | dis:n412 | rad:n9 | tax:n66 | "
        "ptratio:n46 | lstat:n455 | medv:n229"),
    ("Carseats", "Sales",
        "Sales:n336 | CompPrice:n73 | Income:n98 | Advertising:n28 | Population:n275 | Price:n101 | ShelveLoc:c3 "
        "| Age:n56 | Education:n9 | Urban:b2 | US:b2"),
    ("Credit", "Balance",
        "ID:i400 | Income:n399 | Limit:n387 | Rating:n283 | Cards:n9 | Age:n68 | Education:n16 | Gender:c2 | "
        "Student:b2 | Married:b2 | Ethnicity:c3 | Balance:n284"),
    ("Default", "default",
        "default:b2 | student:b2 | balance:n9502 | income:n10000"),
    ("Hitters", "Salary",
        "AtBat:n247 | Hits:n144 | HmRun:n36 | Runs:n96 | RBI:n103 | Walks:n89 | Years:n22 | CAtBat:n314 | "
        "CWalks:n248 | League:c2 | Division:c2 | PutOuts:n232 | Assists:n161 | Errors:n29 | Salary:n150 | "
        "NewLeague:c2"),
    ("OJ", "Purchase",
        "Purchase:c2 | WeekofPurchase:n52 | StoreID:n5 | PriceCH:n10 | PriceMM:n8 | DiscCH:n12 | DiscMM:n12 | "
        "SpecialCH:b2 | SpecialMM:b2 | LoyalCH:n553 | SalePriceMM:n18 | SalePriceCH:n13 | PriceDiff:n36 | "
        "Store7:b2 | PctDiscMM:n18 | PctDiscCH:n13 | ListPriceDiff:n18 | STORE:n5"),
    ("Smarket", "Direction",
        "Year:n5 | Lag1:n1044 | Lag2:n1045 | Lag3:n1045 | Lag4:n1044 | Lag5:n1044 | Volume:n1181 | Today:n1044 | "
        "Direction:c2"),
    ("Wage", "wage",
        "year:n7 | age:n61 | maritl:c5 | race:c4 | education:c5 | region:k1 | jobclass:c2 | health:c2 | "
        "health_ins:c2 | logwage:n508 | wage:n508"),
    ("BrainCancer", "status",
        "sex:c2 | diagnosis:c4 | loc:c2 | ki:n6 | gtv:n84 | stereo:c2 | status:b2 | time:n86"),
    ("penguins", "species",
        "species:c3 | island:c3 | bill_length_mm:n164 | bill_depth_mm:n80 | flipper_length_mm:n55 | "
        "body_mass_g:n94 | sex:c2 | year:n3"),
    ("apartments", "m2_price",
        "column 1:i1000 | m2_price:n842 | construction_year:n91 | surface:n131 | floor:n10 | no_rooms:n6 | "
        "district:c10"),
    ("hr", "status",
        "column 1:n7847 | gender:c2 | age:n7847 | hours:n7847 | evaluation:n4 | salary:n6 | status:c3"),
    ("german", "risk|Risk",
        "risk:b2 | sex:c2 | job:n4 | housing:c3 | saving_accounts:c5 | checking_account:c4 | credit_amount:n921 | "
        "duration:n33 | purpose:c8 | age:n53"),
    ("fifa", "value_eur",
        "short_name:i5000 | nationality:c120 | overall:n25 | potential:n26 | wage_eur:n140 | value_eur:n184 | "
        "age:n26 | height_cm:n48 | defending_marking:n88 | defending_standing_tackle:n86 | "
        "defending_sliding_tackle:n83 | goalkeeping_diving:n47 | goalkeeping_handling:n50 | "
        "goalkeeping_kicking:n61 | goalkeeping_positioning:n53 | goalkeeping_reflexes:n49"),
    ("dragons", "life_length",
        "column 1:i2000 | year_of_birth:n1554 | height:n2000 | weight:n2000 | scars:n60 | colour:c4 | "
        "year_of_discovery:n101 | number_of_lost_teeth:n41 | life_length:n2000"),
    ("rossi", "arrest",
        "week:n49 | arrest:b2 | fin:b2 | age:n28 | race:b2 | wexp:b2 | mar:b2 | paro:b2 | prio:n17"),
    ("adult", "income",
        "age:n18 | workclass:c2 | fnlwgt:n20 | education:c9 | education-num:n8 | marital-status:c5 | "
        "occupation:c10 | relationship:c5 | race:c3 | sex:c2 | capital-gain:n5 | capital-loss:n2 | hours-per- "
        "week:n9 | native-country:c4 | income:c2"),
    ("wage1", "wage",
        "wage:n241 | educ:n18 | exper:n51 | tenure:n34 | nonwhite:b2 | female:b2 | married:b2 | numdep:n7 | "
        "services:b2 | profserv:b2 | profocc:b2 | clerocc:b2 | servocc:b2 | lwage:n241 | expersq:n51 | "
        "tenursq:n34"),
    ("hprice1", "price",
        "price:n71 | assess:n88 | bdrms:n6 | lotsize:n84 | sqrft:n85 | colonial:b2 | lprice:n71 | lassess:n88 | "
        "llotsize:n84 | lsqrft:n85"),
    ("cars", "Miles_per_Gallon",
        "Name:i311 | Miles_per_Gallon:n129 | Cylinders:n5 | Displacement:n83 | Horsepower:n93 | "
        "Weight_in_lbs:n356 | Acceleration:n96 | Year:d12 | Origin:c3"),
    ("imports-85", "price",
        "symboling:n6 | normalized-losses:n51 | make:c22 | fuel-type:c2 | aspiration:c2 | num-of-doors:c2 | body- "
        "style:c5 | drive-wheels:c3 | bore:n38 | stroke:n36 | compression-ratio:n32 | horsepower:n59 | peak- "
        "rpm:n23 | city-mpg:n29 | highway-mpg:n30 | price:n186"),
    ("breast-cancer-wisconsin", "type",
        "Clump thickness:n455 | Unif_Cell_Size:n358 | Unif_Cell_Shape:n381 | Marginal_Adhesion:n332 | "
        "Single_Cell_Size:n334 | Bare_Nuclei:n309 | Bland_Chromatine:n404 | Normal_Nucleoli:n312 | Mitoses:n208 | "
        "type:c2"),
    ("heart_disease", "diameter narrowing",
        "age:n41 | gender:c2 | chest pain:c4 | rest SBP:n50 | cholesterol:n152 | fasting blood sugar > 120:b2 | "
        "rest ECG:c3 | max HR:n91 | exerc ind ang:b2 | ST by exercise:n40 | slope peak exc ST:c3 | major vessels "
        "colored:n4 | thal:c3 | diameter narrowing:b2"),
    ("Computers", "price",
        "column 1:i6259 | price:n808 | speed:n6 | hd:n59 | ram:n6 | screen:n3 | cd:b2 | multi:b2 | premium:b2 | "
        "ads:n34 | trend:n35"),
    ("birthwt", "low",
        "column 1:n189 | low:b2 | age:n24 | lwt:n75 | race:n3 | smoke:b2 | ptl:n4 | ht:b2 | ui:b2 | ftv:n6 | "
        "bwt:n131"),
    ("Pima.tr", "type",
        "column 1:i200 | npreg:n15 | glu:n98 | bp:n34 | skin:n45 | bmi:n120 | ped:n178 | age:n39 | type:b2"),
    ("diamonds", "price",
        "column 1:i53940 | carat:n273 | cut:c5 | color:c7 | clarity:c8 | depth:n184 | table:n127 | price:n11602 | "
        "x:n554 | y:n552 | z:n375"),
    ("mtcars", "mpg",
        "column 1:i32 | mpg:n25 | cyl:n3 | disp:n27 | hp:n22 | drat:n22 | wt:n29 | qsec:n30 | vs:b2 | am:b2 | "
        "gear:n3 | carb:n6"),
    ("Chile", "vote",
        "column 1:i2700 | region:c5 | population:n10 | sex:c2 | age:n53 | education:c4 | income:n7 | "
        "statusquo:n2092 | vote:c5"),
    ("Prestige", "prestige",
        "column 1:i102 | education:n96 | income:n100 | women:n96 | prestige:n92 | census:n101 | type:c3"),
    ("SLID", "wages",
        "column 1:i7425 | wages:n1567 | education:n135 | age:n80 | sex:c2 | language:c3"),
    ("whiteside", "Gas",
        "column 1:i56 | Insul:c2 | Temp:n41 | Gas:n30"),
    ("Insurance", "Claims",
        "column 1:i64 | District:n4 | Group:c4 | Age:c4 | Holders:n63 | Claims:n46"),
)  # fmt: skip
SAMPLES = {
    "telco_churn": "churn", "card_fraud": "Class", "hotel_rates": "avg_price_per_room",
    "credit_default": "default_next_month", "mortgage_hmda": "deny", "crash_triage": "dead",
    "wildlife_strikes": "damage_effect",
}  # fmt: skip


def described(text):
    """Columns from "name:type and different values | ...": n numeric, c categorical, b boolean, i id, ..."""
    found = []
    for part in text.split("|"):
        name, kind = part.strip().rsplit(":", 1)
        found.append(Column(name, TYPES[kind[0]], distinct=int(kind[1:])))
    return found


def test_the_usual_target_of_nine_tables_in_ten_is_suggested():
    wrong = {}
    for name, wanted, text in TABLES:
        found = target_inference.suggest_target(described(text))["target"]
        if found.strip() != wanted:
            wrong[name] = found
    assert len(TABLES) >= 30 and len(wrong) <= 0.15 * len(TABLES), wrong


@pytest.mark.parametrize(("key", "wanted"), SAMPLES.items())
def test_embedded_tables_suggest_their_own_target(key, wanted):
    dataset = ingest.load_sample(key)
    assert target_inference.suggest_target(dataset.columns, None, dataset.inputs)["target"] == wanted


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_tables_of_a_package_under_their_own_names(name):
    from sklearn import datasets

    from core.readers.tables.column_types import infer_number_column

    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame.astype(float)
    columns = [infer_number_column(str(one), frame[one].to_numpy()).column for one in frame.columns]
    assert target_inference.suggest_target(columns, None, frame)["target"] == "target"


def test_a_census_table_suggests_its_last_column_and_not_the_kind_of_work():
    columns = described(
        "age:n73 | workclass:c8 | education:c16 | occupation:c14 | sex:c2 | hours-per-week:n90 | income:c2"
    )
    assert target_inference.suggest_target(columns)["target"] == "income"


def test_mostly_empty_columns_and_legends_are_not_suggested():
    columns = [*described("a:n200 | b:n180 | result_of_test:n150"), Column("Outcome", "categorical", 190, 2)]
    assert target_inference.suggest_target(columns, None, pd.DataFrame(index=range(200)))["target"] != "Outcome"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("y:n99 | a:n80 | b:c3", "y"),
        ("x:n99 | y:n98 | z:n97 | price:n90 | cut:c5", "price"),
        ("price_range:c4 | rooms:n7 | sale_price:n300", "sale_price"),
        ("prev_sales:n90 | sales:n95 | store:n40", "sales"),
        ("id:i400 | colour:c4 | size:n80 | city:c30", "size"),
        ("species:c3 | length:n80 | width:n70", "species"),
        ("order_date:d90 | quantity:n12 | value_eur:n200 | month:n12", "value_eur"),
        ("a:n5 | b:n70 | late:b2", "late"),
    ],
)
def test_names_positions_and_types(text, wanted):
    assert target_inference.suggest_target(described(text))["target"] == wanted


def test_between_two_equals_the_predictable_one_is_taken():
    draw = np.random.default_rng(0)
    inputs = {f"f{k}": draw.normal(size=600) for k in range(4)}
    told = sum(inputs.values()) + draw.normal(size=600)
    frame = pd.DataFrame({"alpha": draw.normal(size=600), **inputs, "beta": told, "gamma": draw.normal(size=600)})
    strength = target_suggestion.predictability(frame, ["alpha", "beta", "gamma"])
    assert strength["beta"] > 0.5 and strength["alpha"] == strength["gamma"] == 0.0
    copied = frame.assign(copy=frame["alpha"] * 2)
    assert target_suggestion.predictability(copied, ["alpha"])["alpha"] == 0.0


def test_ten_thousand_rows_of_fifty_columns_take_little():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{k}": draw.normal(size=10_000) for k in range(45)})
    for k in range(5):
        frame[f"c{k}"] = pd.Categorical(draw.choice(list("abcdefghij"), 10_000))
    columns = [Column(str(name), "categorical" if name[0] == "c" else "numeric", distinct=900) for name in frame]
    start = time.process_time()
    target_suggestion.predictability(frame, ["x0", "x44", "c0", "c4"])
    target_suggestion.choose_target(columns, columns, frame)
    assert time.process_time() - start < 1
