"""
The suite finds every planted fault, each by the promise that it breaks.
"""

from __future__ import annotations

import pytest

from ocstate.exceptions import OcstateError
from ocstate.testing import (
    ALL_POWERS,
    FAULTY_STORES,
    FaultlessStore,
    StoreConformance,
    broken_promises,
)

# Each fault, and the promise that was written because of it.
FOUND_BY = {
    "overwrites on create": "test_a_taken_key_is_a_conflict",
    "creates over retirements": "test_a_retired_key_is_a_conflict",
    "adopts the given version": "test_create_assigns_the_version",
    "starts versions at one": "test_a_purged_key_comes_back_with_other_versions",
    "shares buffers": "test_a_buffer_may_be_used_again",
    "overwrites blindly": "test_another_version_is_a_conflict",
    "reads then writes": "test_no_update_is_lost",
    "adopts deleted": "test_replace_creates_nothing",
    "revives retired": "test_replace_revives_nothing",
    "revives expired": "test_replace_comes_too_late_after_the_end",
    "judges what it was given": "test_replace_asks_whether_the_record_lives",
    "looks at the clock, then waits": (
        "test_a_replace_that_waited_past_the_end_revives_nothing"
    ),
    "conflicts before gone": "test_being_gone_counts_before_a_conflict",
    "moves instants back": "test_replace_moves_no_instant_back",
    "outlives the absolute end": "test_replace_never_passes_the_absolute_end",
    "forgets the beginning": "test_replace_keeps_how_the_record_began",
    "repeats versions": "test_no_version_comes_twice",
    "forgets new subjects": "test_subjects_follow_every_change",
    "touches backward": "test_touch_goes_forward_only",
    "touch shortens": "test_touch_shortens_nothing",
    "touches past the end": "test_touch_never_passes_the_absolute_end",
    "touch revives": "test_touch_revives_nothing",
    "touch makes a version": "test_touch_moves_the_instants_alone",
    "retires any version": "test_another_version_is_not_retired",
    "retires twice": "test_the_first_retirement_stays",
    "retires nothing": "test_revoking_nothing_leaves_nothing",
    "retires the past": "test_nothing_living_is_not_retired",
    "retires by the note": "test_retire_asks_whether_the_record_lives",
    "retires by an old clock": ("test_a_retire_that_waited_past_the_end_is_too_late"),
    "deletes on retire": "test_a_retirement_stands_in_the_record_s_place",
    "loads from a cache": "test_no_writer_survives_a_retirement",
    "folds keys": "test_keys_are_any_text",
    "purges the living": "test_purge_deletes_what_ended",
    "purges without limit": "test_purge_deletes_up_to_the_limit",
    "purges at the first end": "test_purge_knows_where_the_end_went",
    "purges no retirements": "test_a_retirement_has_an_end_of_its_own",
    "scans in no order": "test_scan_orders_keys_of_every_length",
    "scans the last again": "test_scan_walks_through_all_records_in_order",
    "finds subjects by their beginning": "test_the_sessions_of_a_subject_are_found",
    "finds one session": "test_the_sessions_of_a_subject_are_found",
    "lists then looks": "test_a_session_that_goes_on_is_always_found",
    "keeps events of refusals": "test_a_refused_change_keeps_no_event",
    "forgets events of ends": "test_events_wait_until_they_are_settled",
    "settles everything": "test_events_wait_until_they_are_settled",
    "delivers the newest first": "test_events_wait_until_they_are_settled",
    "claims twice": "test_a_name_is_claimed_once",
    "claims, then compares": "test_a_name_is_claimed_once",
    "claims for the last": "test_a_claim_keeps_its_first_value",
    "answers the caller's value": "test_a_claim_keeps_its_first_value",
    "keeps no value of a claim": "test_a_claim_keeps_its_first_value",
    "takes an empty value for none": "test_values_of_claims_are_any_bytes",
    "cuts values of claims": "test_values_of_claims_are_any_bytes",
    "keeps values as text": "test_values_of_claims_are_any_bytes",
    "shares a claim's buffer": "test_a_claim_s_buffer_may_be_used_again",
    "moves a claim's end on": "test_a_claim_keeps_its_first_end",
    "moves a claim's end back": "test_a_claim_keeps_its_first_end",
    "folds names": "test_names_are_any_text",
    "cuts names": "test_names_are_any_text",
    "claims keys": "test_claims_and_records_do_not_meet",
    "gives damaged claims away": "test_a_damaged_claim_stays_taken",
    "makes damaged claims up": "test_a_damaged_claim_stays_taken",
    "purges no claims": "test_a_claim_ends_with_a_purge",
    "purges open claims": "test_a_claim_ends_with_a_purge",
    "purges values first": "test_a_purge_leaves_other_claims_whole",
    "keeps purged values": "test_a_claim_ends_with_a_purge",
    "has lost a power": "test_the_powers_are_those_stated",
    "hides damage": "test_a_damaged_record_is_told",
    "calls damage an outage": "test_a_damaged_record_is_told",
    "overwrites damage": "test_a_damaged_record_is_not_written_over",
    "ends no damage": "test_a_damaged_record_can_be_ended",
    "stumbles over damage": "test_a_damaged_record_hides_no_other",
    "purges up to damage": "test_a_damaged_record_hides_no_other",
    "cuts pages short at damage": "test_a_damaged_record_hides_no_other",
}


class AllPowers(StoreConformance):
    """
    The suite for stores that can do everything.
    """

    powers = ALL_POWERS


def test_a_faultless_store_passes():
    """
    The store that the faults are planted in breaks no promise itself.
    """
    assert {} == broken_promises(FaultlessStore, AllPowers)


def test_every_fault_has_its_promise():
    """
    The table above names all faulty stores, and only promises that exist.
    """
    assert FAULTY_STORES.keys() == FOUND_BY.keys()
    assert set(FOUND_BY.values()) <= set(dir(StoreConformance))


@pytest.mark.parametrize("name", FAULTY_STORES)
def test_a_planted_fault_is_found(name):
    """
    A faulty store fails the promise that it breaks, and not by an accident.
    """
    broken = broken_promises(FAULTY_STORES[name], AllPowers)

    found = broken.get(FOUND_BY[name])
    assert isinstance(found, AssertionError | pytest.fail.Exception | OcstateError)
