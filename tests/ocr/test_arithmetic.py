from __future__ import annotations

from dataclasses import replace

from mkw.points import shared_places
from ocr import arithmetic
from ocr.assemble import Draft, DraftRow, DraftSide, Number, best_name
from ocr.judge import judge
from ocr.layouts.found import Box, Found, FoundRow
from ocr.readers import CellReading, Text
from ocr.reading import Layout, Reading, Status
from tests.ocr.pictures import NAMES, PLUS

BOX = Box(0, 0, 10, 10)
ROW = FoundRow(bar=BOX, name=BOX, score=BOX)


def number(*options: int, proven: bool = False) -> Number:
    return Number(options[0] if options else None, proven, options, 0.9)


def row(score: Number, plus: Number | None = None, place: int | None = None, name: str = "Comet") -> DraftRow:
    return DraftRow(found=ROW, name=name, name_confidence=1.0, score=score, plus=plus, place=place)


def draft(*sides: DraftSide, layout: Layout = Layout.TABLE) -> Draft:
    return Draft(found=Found(layout, (), 1.0), sides=list(sides))


def sure(*scores: int) -> list[DraftRow]:
    return [row(number(score, proven=True), name=name) for score, name in zip(scores, NAMES, strict=False)]


def test_total_settles_what_the_readers_left_open() -> None:
    side = DraftSide([*sure(50, 40), row(number(81, 31))], total=number(121, proven=True))
    (check,) = arithmetic.close_totals(draft(side))
    assert check.ok
    assert (side.rows[2].score.value, side.rows[2].score.proven) == (31, True)


def test_total_closes_with_a_penalty_taken_off() -> None:
    side = DraftSide(sure(50, 40), total=number(70), penalty=20)
    assert arithmetic.close_totals(draft(side))[0].ok
    assert side.total is not None
    assert side.total.proven


def test_two_ways_to_close_prove_nothing() -> None:
    side = DraftSide([row(number(10, 20)), row(number(20, 10))], total=number(30, proven=True))
    assert not arithmetic.close_totals(draft(side))[0].ok
    assert not side.rows[0].score.proven


def test_many_open_numbers_are_settled_where_the_likeliest_close_and_no_two_others_instead() -> None:
    side = DraftSide([row(number(score, score // 10)) for score in (31, 29, 27, 25, 21)], total=number(133, 13))
    assert arithmetic.close_totals(draft(side))[0].ok
    assert all(line.score.proven for line in side.rows)


def test_many_open_numbers_prove_nothing_where_two_others_close_as_well() -> None:
    side = DraftSide([row(number(score, score + 1, score - 1)) for score in (31, 29, 27)], total=number(87))
    assert not arithmetic.close_totals(draft(side))[0].ok
    assert not any(line.score.proven for line in side.rows)
    assert side.doubts == ["Its rows add up to its total in more than one way."]


def test_one_missing_score_is_worked_out_but_stays_a_doubt() -> None:
    side = DraftSide([*sure(50, 40), row(number())], total=number(121, proven=True))
    arithmetic.close_totals(draft(side))
    assert side.rows[2].score.value == 31
    assert not side.rows[2].score.proven


def test_a_side_that_does_not_add_up_to_its_total_is_doubted_row_by_row_and_the_other_not() -> None:
    sides = [
        DraftSide(sure(50, 40, 30), total=number(120, proven=True)),
        DraftSide(sure(48, 42, 3), total=number(121, proven=True)),
    ]
    drawn = draft(*sides)
    drawn.difference = 1  # says nothing of the rows

    reading, _ = judge(drawn)

    assert [[bool(line.doubts) for line in side.rows] for side in reading.sides] == [[False] * 3, [True] * 3]


def test_rows_beside_a_side_that_has_a_total_stand_unproven_without_one() -> None:
    sides = [DraftSide(sure(50, 40, 30), total=number(120, proven=True)), DraftSide(sure(48, 42, 3))]
    reading, _ = judge(draft(*sides))
    assert [[bool(line.doubts) for line in side.rows] for side in reading.sides] == [[False] * 3, [True] * 3]
    assert reading.sides[1].doubts


def test_names_that_are_points_of_a_race_make_no_result() -> None:
    rows = [row(number(score, proven=True), name=f"+{plus}") for score, plus in ((52, 15), (47, 12), (39, 10))]
    assert judge(draft(DraftSide(rows), layout=Layout.STANDINGS))[0].status is Status.REFUSED


def test_columns_of_a_board_taken_for_the_points_of_a_race_are_doubted() -> None:
    """Races and best results of a table of which the scores were taken for neither."""
    columns = zip((12,) * 8, (15, 12, 12, 15, 10, 9, 15, 9), (5, 6, 7, 9, 11, 2, 2, 4), strict=True)
    rows = [row(number(best, proven=True), number(ran, proven=True), place) for ran, best, place in columns]
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.RACE))
    assert all(line.doubts for line in reading.sides[0].rows)


def test_teams_beside_which_another_may_stand_are_doubted_row_by_row() -> None:
    drawn = draft(DraftSide(sure(50, 40, 30), total=number(120, proven=True)), layout=Layout.TEAMS)
    drawn.found = replace(drawn.found, left_over=True)
    reading, _ = judge(drawn)
    assert reading.sides[0].doubts
    assert all(line.doubts for line in reading.sides[0].rows)


def test_a_list_nobody_is_on_is_judged_too() -> None:
    assert judge(draft(DraftSide([]), layout=Layout.STANDINGS))[0].sides == ()


def test_a_total_that_does_not_close_is_a_doubt_about_the_side() -> None:
    reading, _ = judge(draft(DraftSide(sure(50, 40, 30), total=number(125, proven=True))))
    assert reading.status is Status.DOUBTFUL
    assert "add up to 120" in reading.sides[0].doubts[0]


def test_race_sum_proves_what_one_reader_saw() -> None:
    rows = [
        row(number(score), name=name)
        for score, name in zip((120, 112, 104, 97, 90, 84, 77, 71, 68, 60, 55, 46), NAMES, strict=True)
    ]
    checks, _ = arithmetic.close_race_sum(draft(DraftSide(rows)))
    assert checks[0].ok
    assert all(line.score.proven for line in rows)


def test_a_small_room_proves_nothing() -> None:
    rows = [row(number(score)) for score in (5, 3, 2, 1)]
    arithmetic.close_race_sum(draft(DraftSide(rows)))
    assert not any(line.score.proven for line in rows)


def test_race_sum_of_twelve_settles_one_open_score() -> None:
    rows = [*sure(120, 112, 104, 97, 90, 84, 77, 71, 68, 60, 55), row(number(40, 46))]
    checks, races = arithmetic.close_race_sum(draft(DraftSide(rows)))
    assert (checks[0].ok, races) == (True, 12)
    assert rows[-1].score.value == 46


def test_race_sum_does_not_choose_for_two_numbers_at_once() -> None:
    """110 and 71 were seen as 10 or 110 and as 7 or 3: the truth, 984, is not among the choices, and 820 closes."""
    scores = (90, 109, 79, 85, 89, 86, 61, 76, 41, 87)
    rows = [*sure(*scores), row(number(110, 10)), row(number(7, 3))]
    (check,), races = arithmetic.close_race_sum(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert not check.ok
    assert races is None
    assert not any(line.score.proven for line in rows[-2:])


def test_race_sum_does_not_choose_among_many() -> None:
    rows = [*sure(120, 112, 104, 97, 90, 84, 77, 71, 68), *(row(number(4, value)) for value in (60, 55, 46))]
    arithmetic.close_race_sum(draft(DraftSide(rows)))
    assert not any(line.score.proven for line in rows[9:])


def plus_rows(points: list[int | None]) -> list[DraftRow]:
    return [
        row(number(50, proven=True), number(value) if value is not None else None, name=name)
        for value, name in zip(points, NAMES, strict=False)
    ]


def test_points_table_proves_plus_and_fills_gaps() -> None:
    rows = plus_rows([15, 12, None, 9, 8, 1, 6, 5, 4, 3, 2, 1])
    (check,) = arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))
    assert check.ok
    assert [line.plus.value for line in rows if line.plus] == list(PLUS)
    assert all(line.plus and line.plus.proven for line in rows)


def test_points_table_while_counting_down() -> None:
    rows = plus_rows([12, 9, 7, 6, 5, 4, 3, 2, 1, None, None, None])
    assert arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))[0].ok
    assert [line.plus.value if line.plus else None for line in rows] == [12, 9, 7, 6, 5, 4, 3, 2, 1, None, None, None]


def test_scrolled_list_starts_at_the_place_drawn() -> None:
    rows = plus_rows([7, 6, 5, 4, 3, 2, 1, None, None, None, None, None])[:7]
    for index, line in enumerate(rows):
        line.place = 6 + index
    assert arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))[0].ok
    assert [line.plus.value for line in rows if line.plus] == [7, 6, 5, 4, 3, 2, 1]


def test_a_room_of_ten_keeps_what_was_seen_of_its_own_table() -> None:
    rows = plus_rows([12, 10, 8, 7, 6, 5, 4, 3, 2, 1, None, None])[:10]
    arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))
    assert [line.plus.value for line in rows if line.plus] == [12, 10, 8, 7, 6, 5, 4, 3, 2, 1]
    assert [bool(line.plus and line.plus.proven) for line in rows] == [False, *[True] * 9]


def test_plus_without_a_pattern_proves_nothing() -> None:
    rows = plus_rows([3, 9, 1, 9, 4, 4, 2, 8, 1, 7, 5, 5])
    assert not arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))[0].ok
    assert not any(line.plus and line.plus.proven for line in rows)


def test_score_out_of_order_is_doubted_though_readers_agree() -> None:
    rows = sure(120, 112, 104, 97, 9, 84, 77, 71, 68, 60, 55, 46)
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert [bool(line.doubts) for line in reading.sides[0].rows] == [index == 4 for index in range(12)]


def test_unsorted_list_is_left_alone() -> None:
    rows = sure(106, 91, 107, 90, 95, 111, 68, 63, 64, 59, 68, 62)
    arithmetic.doubt_order(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert not any(line.doubts for line in rows)


def test_ranks_share_places() -> None:
    assert shared_places([50, 40, 40, 30]) == [1, 2, 2, 4]


def test_numbers_no_war_has_are_no_result() -> None:
    rows = sure(7198, 10280, 6807, 6402, 3323)
    assert judge(draft(DraftSide(rows)))[1] == 0


def placed(*pairs: tuple[int, int | None]) -> list[DraftRow]:
    return [
        row(number(score, proven=True), place=place, name=name)
        for (score, place), name in zip(pairs, NAMES, strict=False)
    ]


def places(reading: Reading) -> list[int | None]:
    return [line.place for side in reading.sides for line in side.rows]


def test_places_of_a_table_are_the_ranks_over_all_sides() -> None:
    one = DraftSide(placed((107, 8), (90, 4), (87, None)))  # the silver medal was read as an 8
    other = DraftSide(placed((115, 8), (104, 3), (39, 6)))
    assert places(judge(draft(one, other))[0]) == [2, 4, 5, 1, 3, 6]


def test_places_within_a_side_stay_within_it() -> None:
    sides = DraftSide(placed((107, 1), (90, 2), (87, 3))), DraftSide(placed((115, None), (104, 2), (39, 3)))
    assert places(judge(draft(*sides))[0]) == [1, 2, 3, 1, 2, 3]


def test_a_penalty_of_a_row_counts_where_the_places_say_so() -> None:
    rows = placed((99, 1), (92, 2), (82, 2), (70, 4))
    rows[1].penalty = 10
    assert places(judge(draft(DraftSide(rows)))[0]) == [1, 2, 2, 4]


def test_places_that_are_no_ranks_are_left_out_of_a_table() -> None:
    assert places(judge(draft(DraftSide(placed((99, 7), (92, 2), (82, 9), (70, 8)))))[0]) == [None, 2, None, None]


def test_places_of_a_race_are_not_those_of_the_totals() -> None:
    side = DraftSide(placed((40, 1), (99, 2), (82, 3), (70, 4)))
    assert places(judge(draft(side, layout=Layout.RACE))[0]) == [1, 2, 3, 4]


def test_a_doubtful_score_moves_no_place() -> None:
    side = DraftSide(placed((99, 1), (8, 2), (82, 3), (70, 4), (60, 5), (50, 6)))
    side.rows[1].score = number(8, 88)
    assert places(judge(draft(side, layout=Layout.STANDINGS))[0]) == [1, 2, 3, 4, 5, 6]


def test_what_is_no_plus_is_dropped_with_its_column() -> None:
    rows = plus_rows([3, 0, 1, 0, 1, 1, 2, 0, 1, 0, 0, 0])
    for line in rows:
        assert line.plus
        line.plus.confidence = 0.3
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.RACE))
    assert reading.layout is Layout.STANDINGS
    assert not any(line.doubts or line.race_points for line in reading.sides[0].rows)


def test_rating_changes_are_refused_by_name() -> None:
    rows = sure(62, 40, 33, 21)
    for line in rows:
        line.score.signed = True
    reading, worth = judge(draft(DraftSide(rows)))
    assert (reading.status, worth) == (Status.REFUSED, 0)
    assert reading.reason == "This looks like a table of rating changes, not of a war's scores."


def test_rows_counted_down_to_nothing_do_not_speak_against_the_others() -> None:
    rows = plus_rows([10, 7, 5, 4, 3, 2, 1, None, 202, 4, 7, 95])
    for line in rows[8:]:
        assert line.plus
        line.plus.confidence = 0.4
    assert arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))[0].ok
    assert [line.plus.value if line.plus else None for line in rows] == [10, 7, 5, 4, 3, 2, 1, *[None] * 5]


def test_three_numbers_on_the_table_by_chance_prove_nothing() -> None:
    rows = plus_rows([6, 3, 1, 9, 4, 4, 2, 8, 1, 7, 5, 5])
    assert not arithmetic.close_points(draft(DraftSide(rows), layout=Layout.RACE))[0].ok


def named(neural: str, confidence: float, tesseract: str) -> CellReading:
    return CellReading(tesseract=Text(tesseract, 0.8), neural=Text(neural, confidence))


def test_tesseract_names_what_the_neural_reader_has_no_letters_for() -> None:
    guess = best_name(named("", 0.0, "Comet"))
    assert guess.text == "Comet"
    assert guess.confidence < 0.5
    assert best_name(named("Pixel", 0.3, "Comet")).text == "Pixel"


def race(scores: list[int], points: list[int | None]) -> Draft:
    rows = plus_rows(points)
    for line, score in zip(rows, scores, strict=True):
        line.score = number(score)
        if line.plus:
            line.plus.signed = True
    return draft(DraftSide(rows), layout=Layout.RACE)


COUNTED = [74, 51, 68, 46, 41, 53, 76, 73, 59, 58, 76, 56]  # 7 short of nine races of 82


def test_totals_half_counted_over_add_up_with_what_is_still_to_come() -> None:
    counting = race(COUNTED, [5, 2, *[None] * 10])
    assert arithmetic.close_points(counting)[0].ok
    checks, races = arithmetic.close_race_sum(counting)
    assert (checks[0].ok, races) == (True, 8)
    assert all(line.score.proven for line in counting.sides[0].rows)


def test_two_numbers_on_the_first_rows_that_do_not_follow_the_table_are_no_points() -> None:
    assert not any(check.ok for check in arithmetic.close_points(race(COUNTED, [5, 4, *[None] * 10])))


def test_a_list_without_places_begins_where_its_points_stand_in_the_table() -> None:
    last = race([40, 30, 20, 10], [4, 3, 2, 1])
    assert arithmetic.close_points(last)[0].ok
    assert [line.place for line in last.sides[0].rows] == [9, 10, 11, 12]


def test_rows_of_a_larger_room_are_no_room_of_their_own() -> None:
    part = race(COUNTED, [15, 12, 10, 9, 9, 8, 8, 7, 7, 6, 6, 6])
    assert arithmetic.close_points(part)[0].ok
    assert arithmetic.close_race_sum(part) == ([], None)


def test_a_whole_room_that_does_not_add_up_is_a_doubt_about_the_reading_and_no_row() -> None:
    rows = sure(120, 112, 104, 97, 90, 84, 77, 71, 68, 60, 55, 45)
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert reading.status is Status.DOUBTFUL
    assert reading.reason
    assert "983 instead of 984" in reading.reason
    assert not any(line.doubts for line in reading.sides[0].rows)


def test_the_points_of_a_first_race_are_no_places() -> None:
    first = race([9, 9, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1], [6, 3, 1, *[None] * 9])
    assert judge(first)[0].status is Status.PROVEN


def test_nothing_adds_up_to_nothing_and_proves_nothing() -> None:
    rows = [row(number(0)) for _ in range(12)]
    assert arithmetic.close_race_sum(draft(DraftSide(rows))) == ([], None)
    assert arithmetic.close_totals(draft(DraftSide(rows, total=number(0)))) == []
    assert not any(line.score.proven for line in rows)


def test_what_stands_above_the_first_place_is_no_row() -> None:
    rows = [row(number(86), name="15:27"), *sure(120, 112, 104, 97)]
    for place, line in enumerate(rows):
        line.place = place or None
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert [line.score for line in reading.sides[0].rows] == [120, 112, 104, 97]


def test_no_race_sum_proves_a_score_that_so_many_races_cannot_give() -> None:
    """With 411 all add up to 16 races of 69, of which nobody gets more than 240 points."""
    rows = [row(number(111, 411)), *sure(101, 86, 77, 76, 75, 70, 62, 57, 50, 39)]
    arithmetic.close_race_sum(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert not rows[0].score.proven


def sides_of_a_room(total: Number, last: Number) -> Draft:
    """Four sides of three in a room of nine races of 82; the last one's total and last score are given."""
    others = [((69, 64, 62), 195), ((93, 73, 52), 218), ((63, 54, 47), 164)]
    sides = [DraftSide(sure(*scores), total=number(whole, proven=True)) for scores, whole in others]
    return draft(*sides, DraftSide([*sure(68, 52), row(last)], total=total), layout=Layout.TEAMS)


def test_two_numbers_misread_alike_are_doubted_though_they_close_a_total() -> None:
    """1 read as 7 in a score and in its total: 68 + 52 + 47 = 167, but all together are 6 too many."""
    reading, _ = judge(sides_of_a_room(number(161, 167), number(47)))
    assert reading.sides[3].rows[2].doubts
    assert reading.sides[3].doubts
    assert not any(line.doubts for side in reading.sides[:3] for line in side.rows)


def test_two_open_numbers_that_close_their_total_and_the_room_are_sure() -> None:
    settled, _ = judge(sides_of_a_room(number(167, 161), number(41)))
    assert (settled.sides[3].total, settled.sides[3].rows[2].doubts) == (161, ())


def test_points_still_counting_down_in_a_room_of_an_unknown_table_are_kept() -> None:
    reading, _ = judge(race([47, 61, 42, 68, 53, 44, 30, 36], [5, 3, 1, *[None] * 5]))
    assert reading.layout is Layout.RACE
    assert [line.race_points for line in reading.sides[0].rows] == [5, 3, 1, *[None] * 5]


def test_totals_of_a_first_race_in_any_order_are_no_places_beside_points_that_follow() -> None:
    first = race([1, 2, 6, 10, 4, 5, 7, 9, 12, 8, 3], [12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    assert judge(first)[0].status is not Status.REFUSED
    assert judge(race([1, 2, 6, 10, 4, 5, 7, 9, 12, 8, 3], [None] * 11))[0].status is Status.REFUSED


def test_one_row_that_is_its_sides_total_speaks_for_no_other_side() -> None:
    """Of a tilted table rows were paired with totals: one of them equals the total read beside it."""
    sides = [DraftSide(sure(152), total=number(152, proven=True)), DraftSide(sure(140, 134)), DraftSide(sure(88, 64))]
    reading, _ = judge(draft(*sides))
    assert all(row.doubts for side in reading.sides[1:] for row in side.rows)


def test_four_rows_that_add_up_to_four_races_of_a_small_room_are_no_proof_of_a_table() -> None:
    """Of a table cut at both ends the races were read for scores: 12, 10, 12 and 10 are 44, four times 11."""
    reading, _ = judge(draft(DraftSide(sure(12, 10, 12)), DraftSide(sure(10))))
    assert all(row.doubts for side in reading.sides for row in side.rows)


def test_columns_that_neither_fall_nor_have_places_that_follow_are_doubted() -> None:
    """A scoreboard whose scores are cut off: places of its players, and races for scores."""
    races, places = (15, 15, 10, 12, 15, 12, 9, 9, 10, 15), (15, 15, 18, 18, 24, 3, 4, 6, 10, 12)
    rows = [row(number(n, proven=True), place=at, name=name) for n, at, name in zip(races, places, NAMES, strict=False)]
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert all(line.doubts for side in reading.sides for line in side.rows)


def test_totals_in_the_order_of_a_race_are_no_such_columns() -> None:
    totals = (55, 60, 41, 72, 30, 66, 48, 59)
    rows = [row(number(n, proven=True), place=at + 1, name=NAMES[at]) for at, n in enumerate(totals)]
    reading, _ = judge(draft(DraftSide(rows), layout=Layout.STANDINGS))
    assert not any(line.doubts for side in reading.sides for line in side.rows)
