//! The suite that every driver must pass: what the store promises, whatever database is behind it.
//!
//! Each promise gets a fresh, migrated store. [`PROMISES`] names them all, so that a driver's tests can assert that none was
//! left out; [`FORBIDDEN`] are statements that the schema itself must refuse, for somebody who writes past this crate.
//! A promise that is not kept panics, as a test does.

mod answers;
mod audit;
mod console;
mod decisions;
mod feed;
mod followers;
mod forbidden;
mod history;
mod invitations;
mod keys;
mod letters;
mod limits;
mod nodes;
mod people;
mod pepper;
mod refusals;
mod samples;
mod send_counts;
mod usage;

pub use forbidden::{FORBIDDEN, FURNITURE, Forbidden};

use std::future::Future;
use std::pin::Pin;

use crate::Store;
use crate::driver::Driver;

macro_rules! promises {
    ($($topic:ident :: $promise:ident,)*) => {
        /// The names of all promises.
        pub const PROMISES: &[&str] = &[$(stringify!($promise)),*];

        /// Checks the promise of that name on a fresh store.
        pub async fn check<D: Driver>(promise: &str, store: &Store<D>) {
            match promise {
                $(stringify!($promise) => apart(|| $topic::$promise(store)).await,)*
                other => panic!("there is no promise {other}"),
            }
        }
    };
}

/// Not on the stack of whoever checks: a story of each promise would have its place there at once.
#[inline(never)]
fn apart<F: Future>(story: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(story())
}

promises! {
    keys::a_key_comes_back_as_it_was_written,
    keys::a_keys_pairs_come_newest_first_even_when_made_in_one_millisecond,
    keys::of_a_key_with_a_long_history_the_newest_pairs_are_read_and_all_that_work,
    keys::a_second_current_pair_of_a_key_is_refused,
    keys::a_second_retiring_pair_of_a_key_is_refused,
    keys::a_digest_stands_once,
    keys::a_key_id_stands_once,
    keys::a_name_stands_once_in_an_account_and_mode,
    keys::a_key_of_an_unknown_account_is_refused,
    keys::a_pair_of_an_unknown_key_is_refused,
    keys::an_ended_pair_never_changes_again,
    keys::a_pair_changes_only_as_part_of_its_own_key,
    people::everything_about_people_comes_back_as_it_was_written,
    people::what_waits_for_a_review_comes_longest_waiting_first,
    people::codes_to_ones_own_number_are_kept_apart_from_those_that_try_it,
    people::what_somebody_wrote_down_was_sent_and_logged_in_from_comes_back,
    people::who_answers_for_somebody_and_what_their_accounts_ask_is_known,
    people::an_account_has_one_owner,
    people::a_user_is_a_member_of_an_account_once,
    people::an_email_stands_once_in_a_brand_and_in_lower_case,
    people::an_operator_s_name_and_token_stand_once,
    people::a_challenge_takes_no_sixth_try,
    people::a_spent_challenge_and_an_ended_session_never_change_again,
    people::seen_only_moves_forward,
    invitations::an_invitation_comes_back_as_it_was_written,
    invitations::an_address_is_invited_to_an_account_once,
    invitations::a_link_is_one_invitations_and_gone_when_it_is_settled,
    invitations::what_is_pending_or_was_just_sent_is_counted,
    invitations::a_member_is_removed_at_the_version_that_was_read_and_once,
    console::an_operator_s_login_and_sessions_come_back_as_they_were_written,
    console::a_console_session_ends_once,
    console::accounts_are_found_by_name_address_and_state,
    console::locked_logins_are_known_until_they_are_unlocked,
    console::the_audit_can_be_asked_for_some_of_it,
    decisions::a_change_based_on_an_old_version_writes_nothing,
    decisions::a_decision_is_written_whole_or_not_at_all,
    decisions::every_decision_has_exactly_one_audit_entry,
    feed::only_changes_of_keys_take_a_position_and_positions_have_no_gaps,
    feed::one_large_transaction_can_be_read_in_parts,
    feed::a_pair_stands_in_the_feed_once_where_it_last_changed,
    feed::a_position_s_link_is_its_own_entry_s,
    followers::a_follower_comes_back_as_it_was_written,
    followers::a_follower_s_name_and_token_stand_once,
    followers::a_revoked_follower_stays_revoked_and_its_token_is_nobody_s,
    nodes::a_node_comes_back_as_it_was_enrolled_and_registered,
    nodes::a_node_s_name_credential_and_process_stand_once,
    nodes::a_process_registers_once_and_reports_only_grow,
    nodes::whoever_is_replaced_or_removed_stays_known_as_a_shadow,
    nodes::a_process_that_takes_its_node_back_and_loses_it_again_is_unseen_again,
    nodes::a_process_that_left_leaves_no_shadow,
    nodes::whoever_only_another_server_knew_of_is_a_shadow,
    nodes::the_head_is_read_with_what_runs_as_a_node,
    history::a_position_of_another_history_acknowledges_nothing,
    history::a_quarantined_database_changes_no_keys_and_stays_as_it_was_marked_first,
    history::in_a_restored_database_nobody_is_logged_in_and_nothing_runs,
    history::a_recovery_ends_pairs_again_above_all_that_was_seen,
    letters::every_kind_of_letter_comes_back_as_it_was_written,
    letters::a_letter_is_due_until_it_is_sent_or_given_up,
    letters::a_letter_for_later_waits_for_its_moment,
    letters::of_two_processes_that_find_a_letter_due_one_takes_it_up,
    letters::a_settled_letter_keeps_no_code_and_stays_settled,
    letters::a_code_that_was_tried_and_did_not_leave_is_known,
    letters::letters_that_failed_are_listed_until_they_leave,
    send_counts::no_more_is_counted_than_an_allowance_holds,
    send_counts::limits_that_were_hit_are_told_for_a_month,
    answers::an_answer_stands_once_and_loses_its_secret_when_it_is_over,
    answers::the_pepper_s_known_answer_is_remembered_once,
    pepper::the_first_version_that_is_met_is_in_use_and_never_an_older_one_again,
    pepper::versions_are_known_each_by_its_own_answer,
    pepper::a_pepper_that_does_not_fit_says_nothing_of_the_chain,
    pepper::the_chain_goes_on_under_the_version_in_use_and_never_under_an_older_one,
    pepper::who_lacks_the_version_in_use_writes_nothing,
    pepper::a_pair_is_wrapped_once_and_nothing_else_of_it_changes,
    pepper::pairs_are_counted_by_their_layers,
    refusals::a_refusal_comes_back_as_it_was_written_and_stands_once,
    refusals::forgotten_and_old_refusals_are_erased,
    refusals::refusals_are_written_together_or_not_at_all,
    refusals::refusals_of_a_pair_that_is_not_there_are_left_out_and_the_others_written,
    usage::usage_only_moves_forward_and_is_no_change,
    usage::uses_are_counted_by_minute_and_by_hour_and_added_up,
    usage::the_networks_that_a_pair_was_seen_in_are_kept_by_day,
    usage::uses_are_written_together_or_not_at_all,
    usage::old_counts_are_erased_in_pieces_and_no_others,
    limits::limits_come_back_as_they_were_written_and_stand_in_the_feed,
    limits::of_two_changes_of_a_key_s_limits_one_is_written,
    limits::a_day_s_count_only_grows_and_a_later_day_replaces_it,
    limits::a_day_of_a_key_that_is_not_there_is_left_out_and_the_others_written,
    audit::a_long_chain_holds_and_ends_at_its_head,
}
