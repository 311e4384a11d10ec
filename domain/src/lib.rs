//! Decides what an API key is and what may happen to it.
//!
//! Every command here is a pure function of state, actor, request, `now` and randomness that returns a
//! [`Decision`] (data: new rows, one audit entry, letters) or a [`Refusal`] (a value with a stable code).
//! Nothing in this crate waits, reads a clock, draws randomness by itself or touches a file; the world
//! enters through parameters, so a test can tell any story and get literal answers.

mod accept;
mod access;
mod account;
mod activation;
mod answer;
mod ask;
mod audit;
mod backup_codes;
mod brand;
mod change_password;
mod cidr;
mod console;
mod deactivate;
mod decision;
mod device;
mod follower;
mod generate;
mod hold;
mod idempotency;
mod ids;
mod invite;
mod key;
mod language;
mod layers;
mod letter;
mod limits;
mod log_in;
mod members;
mod mobile;
mod network;
mod node;
mod oneself;
mod open_account;
mod operator;
mod owed;
mod pair;
mod password;
mod pepper;
mod prepared_mac;
mod profile;
mod quarantine;
mod random;
mod receipt;
mod refusal;
mod regenerate;
mod reset_password;
mod reset_two_factor;
mod rotate_pepper;
mod secret;
mod send_limits;
mod session;
mod step_up;
mod switch;
mod tail;
mod text;
mod throttle;
mod time;
mod totp;
mod transfer;
mod two_factor;
mod usage;
mod user;
mod verification_keys;
mod way;
mod website;

pub use accept::{Offer, accept_as_new, accept_as_user};
pub use access::{Action, Actor, MemberActor, Role, may};
pub use account::{Account, Missing, live_gate};
pub use activation::{Application, Business, BusinessType, activate, return_activation, submit_business};
pub use answer::{Answered, answer};
pub use ask::{Asked, Dispatch, ask, resend};
pub use audit::{AuditEntry, ChainBreak, ChainHead, ChainLink, check_link};
pub use backup_codes::{BACKUP_CODES, BackupCode, BackupCodes};
pub use brand::{Brand, BrandId, KeyPrefix, StepUpRule};
pub use change_password::change_password;
pub use cidr::{Cidr, CidrError};
pub use console::{
    ConsoleLogIn, ConsoleSession, ConsoleStage, audit_taken, confirm_enrolment, enrol, enrolling_secret,
    log_in_to_console, log_out_of_console,
};
pub use deactivate::deactivate;
pub use decision::{Change, Decision, Gone, Row};
pub use device::{Devices, remember_device};
pub use follower::{Follower, admit_follower, admitted_token, follower_digest, revoke_follower};
pub use generate::{GenerateRequest, NewPair, default_key, draw_as, generate};
pub use hold::refuse_held;
pub use idempotency::{IDEMPOTENT_REPLAY, IdempotencyKey, Remembered, Replay};
pub use ids::{
    AccountId, ChallengeId, IdError, InvitationId, KeyId, KeyIdText, KeyRef, LetterId, Mode, ProcessId,
    SessionId, UserId,
};
pub use invite::{
    Guests, INVITATION, INVITATION_LIFETIME, Invitation, InvitationState, Invite, Inviter, PENDING_MAX,
    cancel_invitation, invite, send_again, send_held,
};
pub use key::Key;
pub use language::{Language, change_language};
pub use layers::{LAYERS_MAX, Layers};
pub use letter::{Channel, FailedLetter, Letter, LetterKind, MemberChange, Recipient, retry_letter};
pub use limits::{
    KeyLimits, Limits, LimitsChange, LimitsError, NETWORKS_MAX, PER_DAY_MAX, PER_SECOND_MAX, change_limits,
};
pub use log_in::{LogIn, log_in, log_out, log_out_others};
pub use members::{change_role, leave, remove, require_two_factor};
pub use mobile::{DialCode, Mobile, MobileError, SendClass, SendHistory};
pub use network::{Network, NoNetwork};
pub use node::{
    Node, NodeRole, NodeRun, Shadow, Spans, UNLISTED, checked_node, enrol_node, enrolled_token, node_digest,
    remove_node,
};
pub use oneself::Oneself;
pub use open_account::{EMAIL_BYTES_MAX, NewAccount, NewOwner, add_member, open_account};
pub use operator::{
    Appointed, Appointment, ConsoleLogin, Operator, appoint, appoint_from_console, remove_operator,
    reset_operator,
};
pub use owed::{Owed, owes};
pub use pair::{EndReason, Pair, PairState, Standing};
pub use password::{HashMemory, Password, PasswordHash};
pub use pepper::{Digest, KeyContext, Pepper, PepperError, Peppers};
pub use profile::{accept_for_owner, unlock};
pub use quarantine::{
    EndedAgain, HistoryChange, Incarnation, Quarantine, QuarantineReason, quarantine, recover, restored,
};
pub use random::{Random, base62, seeded};
pub use receipt::{CERTAIN_FOR, Heard, Silent, hear, vouched_until};
pub use refusal::Refusal;
pub use regenerate::{OldPair, RegenerateRequest, Regenerated, regenerate};
pub use reset_password::{
    PasswordReset, RESET_LIFETIME, ask_reset, check_reset, reset_digest, reset_password,
};
pub use reset_two_factor::{Login, reset_two_factor};
pub use rotate_pepper::{Wrap, nodes_lacking, use_pepper, wrap_pairs};
pub use secret::{Code, Presented, Secret, SecretStyle, Token};
pub use send_limits::{Allowance, SendLimit, SendLimits};
pub use session::{Origin, Session, SessionLimits, Stage};
pub use step_up::{Challenge, ChallengeState, GRANT_LIFETIME, OtpLimits, Proof, Purpose, need};
pub use switch::switch_account;
pub use tail::Tail;
pub use throttle::Throttle;
pub use time::{DAY, Duration, HOUR, MINUTE, SECOND, Timestamp};
pub use totp::TotpSecret;
pub use transfer::{may_own, transfer_ownership};
pub use two_factor::{
    begin_app, needs_own_code, new_app, remove_app, renew_backup_codes, turn_off_two_factor,
    turn_on_two_factor,
};
pub use usage::{NoSpan, UsageSpan};
pub use user::{Factor, Member, Totp, User, VerifiedMobile};
pub use verification_keys::{VerificationKey, VerificationKeys};
pub use way::Way;
pub use website::{
    NewWebsite, Returned, Review, Website, WebsiteDetails, WebsiteKind, return_website, submit_website,
    verify_website,
};
