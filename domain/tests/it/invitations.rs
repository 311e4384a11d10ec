//! Invitations: how often they go out, when their links work, and who may accept.

use domain::{
    DAY, Decision, Guests, INVITATION_LIFETIME, Invitation, InvitationState, Invite, Inviter, LetterKind,
    MINUTE, Member, Offer, PENDING_MAX, PasswordHash, Refusal, Role, Row, Stage, StepUpRule, Timestamp,
    Token, User, accept_as_new, accept_as_user, cancel_invitation, invite, send_again, send_held,
    switch_account,
};

use crate::world::{MS, START, World};

fn guests() -> Guests {
    Guests { earlier: None, is_member: false, counted: 0 }
}

fn invites(
    world: &mut World,
    role: Role,
    guests: &Guests,
    now: Timestamp,
) -> Result<(Decision, Invitation), Refusal> {
    let request = Invite { email: " Guest@Shop.example ".to_owned(), role };
    let actor = world.actor();
    invite(
        &world.brand,
        &world.account,
        &request,
        guests,
        &actor,
        "Asha",
        Some(&world.session),
        &world.pepper,
        now,
        &mut *world.rng,
    )
}

/// An invitation that is out, and the token of its link.
fn out(world: &mut World, role: Role) -> (Invitation, Token) {
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let (decision, invitation) = invites(world, role, &guests(), START).expect("nothing is in the way");
    let token = token(world, &decision);
    (Invitation { version: 1, ..invitation }, token)
}

fn token(world: &World, decision: &Decision) -> Token {
    let [letter] = decision.letters.as_slice() else { panic!("one letter") };
    let LetterKind::Invited { sealed, .. } = &letter.kind else { panic!("an invitation") };
    world.pepper.unseal_token(&letter.id, sealed).expect("sealed for this letter")
}

fn digest_of(invitation: &Invitation) -> domain::Digest {
    let InvitationState::Open { digest } = invitation.state else { panic!("it is out") };
    digest
}

fn owner(world: &World) -> Member {
    Member { account: world.account.id, user: world.user.id, role: Role::Owner, version: 1 }
}

fn offer(world: &World, invitation: &Invitation) -> Offer {
    let (invitation, account) = (invitation.clone(), world.account.clone());
    Offer { invitation, account, inviter: Some(owner(world)), user: None, member: None }
}

#[test]
fn an_invitation_carries_a_link_that_only_its_letter_knows() {
    let mut world = World::new(1);
    let (invitation, token) = out(&mut world, Role::Admin);
    assert_eq!(invitation.email, "guest@shop.example");
    assert_eq!(invitation.expires_at, START + INVITATION_LIFETIME);
    assert!(digest_of(&invitation) == world.pepper.digest_link(domain::INVITATION, &token));
    assert!(digest_of(&invitation) != world.pepper.digest_token(&token), "it is no cookie");
    assert!(digest_of(&invitation) != world.pepper.digest_link("something else", &token));
}

#[test]
fn only_the_owner_invites_and_only_to_a_role_that_can_be_given() {
    let mut world = World::new(1);
    world.session.stage = Stage::Open { otp_at: Some(START) };
    world.brand.roles.retain(|role| *role != Role::Epos);
    for role in Role::ALL {
        let told = invites(&mut world, role, &guests(), START);
        assert_eq!(told.is_ok(), !matches!(role, Role::Owner | Role::Epos), "{role}");
    }
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        world.role = role;
        let told = invites(&mut world, Role::ViewOnly, &guests(), START).map(|_| ());
        assert_eq!(told, Err(Refusal::PermissionDenied), "{role}");
    }
}

#[test]
fn what_cannot_be_invited_is_said_and_the_brand_s_other_logins_are_not() {
    let mut world = World::new(1);
    let (invitation, _) = out(&mut world, Role::Finance);
    let over = Invitation { expires_at: START, ..invitation.clone() };
    let cancelled = Invitation { state: InvitationState::Cancelled { at: START }, ..invitation.clone() };
    let later = START + MINUTE;
    for (what, guests, told) in [
        ("a member", Guests { is_member: true, ..guests() }, Err(Refusal::AlreadyInTeam)),
        (
            "one who has a link",
            Guests { earlier: Some(invitation), ..guests() },
            Err(Refusal::AlreadyInvited),
        ),
        ("one whose link is over", Guests { earlier: Some(over), ..guests() }, Ok(())),
        ("one who was uninvited", Guests { earlier: Some(cancelled), ..guests() }, Ok(())),
        ("the last", Guests { counted: PENDING_MAX - 1, ..guests() }, Ok(())),
        (
            "one too many",
            Guests { counted: PENDING_MAX, ..guests() },
            Err(Refusal::TooManyPending { most: PENDING_MAX }),
        ),
    ] {
        assert_eq!(invites(&mut world, Role::Finance, &guests, later).map(|_| ()), told, "{what}");
    }
    let (decision, _) = invites(&mut world, Role::Finance, &guests(), later).expect("nothing is in the way");
    let counts = |row: &domain::Change| matches!(row, domain::Change::Update(Row::Account(_)));
    assert!(decision.changes.iter().any(counts), "of many at once each sees those before it");
}

#[test]
fn an_invitation_goes_out_once_a_minute_and_five_times_a_day_even_if_it_is_cancelled_in_between() {
    let mut world = World::new(1);
    let (mut invitation, mut last) = out(&mut world, Role::Finance);
    let mut now = START;
    let actor = world.actor();
    for nth in 2..=5 {
        for (at, told) in [
            (now, Err(Refusal::TooManyInvitations { again_at: now + MINUTE })),
            (now + MINUTE - MS, Err(Refusal::TooManyInvitations { again_at: now + MINUTE })),
        ] {
            assert_eq!(again(&mut world, &invitation, at).map(|_| ()), told, "before the {nth}th");
        }
        now = now + MINUTE;
        let (decision, next) = again(&mut world, &invitation, now).expect("a minute has passed");
        assert!(digest_of(&next) != digest_of(&invitation), "the old link is dead");
        assert_eq!(next.expires_at, now + INVITATION_LIFETIME);
        let token = token(&world, &decision);
        assert!(token.reveal() != last.reveal());
        (invitation, last) = (next, token);
        let cancelled = cancel_invitation(&world.account, &invitation, &actor, now).expect("allowed");
        let cancelled = written(cancelled.expect("it was pending"));
        assert!(again(&mut world, &cancelled, now + DAY).is_err(), "what is cancelled is not sent again");
        let same = Guests { earlier: Some(cancelled), ..guests() };
        let told = invites(&mut world, Role::Finance, &same, now).map(|_| ());
        assert!(matches!(told, Err(Refusal::TooManyInvitations { .. })), "inviting anew is no way round");
    }
    let full = Err(Refusal::TooManyInvitations { again_at: START + DAY });
    assert_eq!(again(&mut world, &invitation, START + DAY - MS).map(|_| ()), full);
    assert!(again(&mut world, &invitation, START + DAY).is_ok());
}

fn again(
    world: &mut World,
    invitation: &Invitation,
    now: Timestamp,
) -> Result<(Decision, Invitation), Refusal> {
    let actor = world.actor();
    let (brand, account, pepper) = (&world.brand, &world.account, &world.pepper);
    let decision = send_again(brand, account, invitation, &actor, "Asha", pepper, now, &mut *world.rng)?;
    let invitation = written(decision.clone());
    Ok((decision, invitation))
}

/// The invitation as a decision writes it.
fn written(decision: Decision) -> Invitation {
    let found = decision.changes.into_iter().find_map(|change| match change {
        domain::Change::Insert(Row::Invitation(one)) | domain::Change::Update(Row::Invitation(one)) => {
            Some(one)
        }
        _ => None,
    });
    found.expect("it writes an invitation")
}

#[test]
fn inviting_somebody_who_will_see_keys_waits_for_a_code_unless_one_was_answered_at_login() {
    let mut world = World::new(1);
    for (rule, otp_at, role, held) in [
        (StepUpRule::UnlessLoginOtp, None, Role::Admin, true),
        (StepUpRule::UnlessLoginOtp, Some(START), Role::Admin, false),
        (StepUpRule::Always, Some(START), Role::Admin, true),
        (StepUpRule::UnlessLoginOtp, None, Role::Finance, false),
        (StepUpRule::Always, None, Role::Finance, false),
    ] {
        world.brand.regenerate = rule;
        world.session.stage = Stage::Open { otp_at };
        let (decision, invitation) = invites(&mut world, role, &guests(), START).expect("allowed");
        assert_eq!(invitation.state == InvitationState::Held, held, "{rule:?} {otp_at:?} {role}");
        assert_eq!(decision.letters.is_empty(), held, "what is held has no letter");
    }
    world.brand.regenerate = StepUpRule::UnlessLoginOtp;
    world.session.stage = Stage::Open { otp_at: None };
    let (_, held) = invites(&mut world, Role::Admin, &guests(), START).expect("allowed");
    assert_eq!(held.stands(Some(&owner(&world)), START), Err(Refusal::InvitationOver));
    assert_eq!(sends(&mut world, &held).map(|_| ()), Err(Refusal::StepUpNeeded));
    let other = Invitation { id: domain::InvitationId::draw(&mut *world.rng), ..held.clone() };
    let code = world.asks(domain::Purpose::SendInvitation { invitation: held.id }).expect("a code");
    world.types(&domain::Purpose::SendInvitation { invitation: held.id }, &code).expect("right");
    assert_eq!(sends(&mut world, &other).map(|_| ()), Err(Refusal::StepUpNeeded), "it was for this one");
    let sent = written(sends(&mut world, &held).expect("the code was answered"));
    assert!(matches!(sent.state, InvitationState::Open { .. }));
    assert_eq!(sends(&mut world, &sent).map(|_| ()), Err(Refusal::NotFound), "it is no longer held");
}

fn sends(world: &mut World, held: &Invitation) -> Result<Decision, Refusal> {
    let proof = world.proof(&domain::Purpose::SendInvitation { invitation: held.id });
    let (actor, pepper) = (world.actor(), &world.pepper);
    send_held(&world.brand, &world.account, held, &actor, "Asha", &proof, pepper, START, &mut *world.rng)
}

#[test]
fn a_link_works_strictly_before_its_end_while_whoever_sent_it_may_still_invite() {
    let mut world = World::new(1);
    let (invitation, _) = out(&mut world, Role::Finance);
    let end = invitation.expires_at;
    let by_operator = Invitation { inviter: Inviter::Operator("ops".to_owned()), ..invitation.clone() };
    let over = Err(Refusal::InvitationOver);
    let me = owner(&world);
    let demoted = Member { role: Role::Admin, ..me.clone() };
    let elsewhere = Member { account: World::new(2).account.id, ..me.clone() };
    let cancelled = Invitation { state: InvitationState::Cancelled { at: START }, ..invitation.clone() };
    let accepted = InvitationState::Accepted { by: world.user.id, at: START };
    let accepted = Invitation { state: accepted, ..invitation.clone() };
    for (what, invitation, inviter, now, told) in [
        ("fresh", &invitation, Some(&me), START, Ok(())),
        ("a moment left", &invitation, Some(&me), end - MS, Ok(())),
        ("its end", &invitation, Some(&me), end, over.clone()),
        ("cancelled", &cancelled, Some(&me), START, over.clone()),
        ("accepted", &accepted, Some(&me), START, over.clone()),
        ("the inviter was removed", &invitation, None, START, over.clone()),
        ("the inviter is no owner any more", &invitation, Some(&demoted), START, over.clone()),
        ("the inviter owns another account", &invitation, Some(&elsewhere), START, over.clone()),
        ("the operator's", &by_operator, None, START, Ok(())),
    ] {
        assert_eq!(invitation.stands(inviter, now), told, "{what}");
    }
}

#[test]
fn a_link_gives_a_first_password_and_never_opens_a_login_that_has_one() {
    let mut world = World::new(1);
    let (invitation, _) = out(&mut world, Role::Finance);
    let hash = || PasswordHash::from_phc("a hash".to_owned());
    let guest = User {
        version: 1,
        ..User::new(
            world.brand.id.clone(),
            "Old".to_owned(),
            invitation.email.clone(),
            START,
            &mut *world.rng,
        )
    };
    let known = User { password: Some(hash()), ..guest.clone() };
    for (what, user, told) in [
        ("nobody yet", None, Ok(())),
        ("a login without a password", Some(guest), Ok(())),
        ("a login with one", Some(known), Err(Refusal::LogInFirst)),
    ] {
        let offer = Offer { user, ..offer(&world, &invitation) };
        let outcome = accept_as_new(&offer, " Guest ", hash(), "192.0.2.3", START, &mut *world.rng);
        if let Ok((decision, user)) = &outcome {
            assert_eq!((user.name.as_str(), user.email.as_str()), ("Guest", "guest@shop.example"));
            let joined = domain::Change::Insert(Row::Member(Member {
                account: world.account.id,
                user: user.id,
                role: Role::Finance,
                version: 0,
            }));
            assert!(decision.changes.contains(&joined), "{what}: {decision:?}");
            assert_eq!(decision.audit.actor, user.id.to_string());
        }
        assert_eq!(outcome.map(|_| ()), told, "{what}");
    }
}

#[test]
fn a_login_accepts_for_itself_alone_and_only_when_it_is_complete() {
    let mut world = World::new(1);
    let (invitation, _) = out(&mut world, Role::Finance);
    let invited = User { email: invitation.email.clone(), ..world.user.clone() };
    let stranger = World::new(3).user;
    let open = world.session.clone();
    let waiting = domain::Session { stage: Stage::AwaitingCode, ..open.clone() };
    for (what, user, session, told) in [
        ("the invited one", Some(&invited), &open, Ok(())),
        ("half-way in", Some(&invited), &waiting, Err(Refusal::LogInFirst)),
        ("somebody else", Some(&stranger), &open, Err(Refusal::InvitationForOther)),
        ("when the address is nobody's", None, &open, Err(Refusal::InvitationForOther)),
    ] {
        let offer = Offer { user: user.cloned(), ..offer(&world, &invitation) };
        let outcome = accept_as_user(&offer, session, &world.pepper, START, &mut *world.rng);
        assert_eq!(outcome.map(|_| ()), told, "{what}");
    }
    let member = Member { role: Role::Support, user: invited.id, ..owner(&world) };
    let again = Offer { user: Some(invited), member: Some(member), ..offer(&world, &invitation) };
    let (decision, _, _) =
        accept_as_user(&again, &open, &world.pepper, START, &mut *world.rng).expect("harmless");
    let changes_members = |change: &domain::Change| {
        matches!(change, domain::Change::Insert(Row::Member(_)) | domain::Change::Update(Row::Member(_)))
    };
    assert!(!decision.changes.iter().any(changes_members), "whoever is a member keeps the role they have");
}

#[test]
fn switching_begins_another_session_as_old_and_as_well_proven() {
    let mut world = World::new(1);
    let there = World::new(2).account.id;
    let member = Member { account: there, ..owner(&world) };
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let (old, pepper) = (world.session.clone(), &world.pepper);
    let later = START + MINUTE;
    let (decision, next, token) =
        switch_account(&old, Some(&member), pepper, later, &mut *world.rng).expect("one's own account");
    assert_eq!((next.account, next.stage, next.created_at), (there, old.stage, old.created_at));
    assert!(next.id != old.id && next.digest == pepper.digest_token(&token));
    let ended = domain::Session { ended_at: Some(later), ..old.clone() };
    assert_eq!(decision.changes[0], domain::Change::Update(Row::Session(ended)));
    assert_eq!(decision.audit.account, Some(there));
    for (what, session, member) in [
        ("no member", old.clone(), None),
        ("another's membership", old.clone(), Some(Member { user: World::new(3).user.id, ..member.clone() })),
        ("half-way in", domain::Session { stage: Stage::AwaitingCode, ..old }, Some(member)),
    ] {
        assert!(switch_account(&session, member.as_ref(), pepper, later, &mut *world.rng).is_err(), "{what}");
    }
}
