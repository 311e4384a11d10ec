//! The authorisation table, walked in full: every row of the route table × every role × {own, other account, other mode, other
//! brand}. Each cell has an answer that follows from the row's [`Who`] and from what its address names; whoever adds a row whose
//! address names something new says here what stands for it, or the walk stops.
//!
//! A cell that refuses changes nothing. Every cell begins with a session of its own, so that no answer hangs on another.

use domain::{
    AccountId, Actor, AuditEntry, Decision, GenerateRequest, INVITATION, Invitation, InvitationId,
    InvitationState, Inviter, Member, Mode, OldPair, Origin, RegenerateRequest, Role, Row as Stored, Session,
    SessionId, Stage, Token, User, UserId,
};

use super::page::Page;
use super::{HOST, Story};
use crate::routes::{Row, Who, pages};

pub(super) const DENIED: &str = "Permission Denied. Please contact the owner.";
const OTHER_HOST: &str = "curlec.localhost:8080";

/// Rows that take what a form sends, and say that there is no such thing without it.
const FORMS: [(&str, &str, &str); 1] = [("POST", "/{mode}/account", "account={account}")];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Nobody,
    /// Whose password was right and who owes the login's code.
    HalfWay,
    Member(Role),
}

/// Where the thing that the address names is, or under which name the request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    Own,
    OtherAccount,
    OtherMode,
    OtherBrand,
}

const GROUNDS: [Ground; 4] = [Ground::Own, Ground::OtherAccount, Ground::OtherMode, Ground::OtherBrand];

/// What a cell must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// What the row is for, or what it says to a form that is not filled in.
    Answered,
    /// The same, for everybody: also that one has to log in first, or that there is nobody to log out.
    Open,
    /// The role does not allow it.
    Denied,
    /// There is no such thing here.
    Unknown,
    /// The login, and nothing else.
    LogIn,
}

impl Expected {
    /// The whole rule: who may, then what is named.
    fn of(row: &Row, asker: Asker, ground: Ground) -> Self {
        let role = match (asker, row.who) {
            (_, Who::Anybody | Who::Demo) => return Expected::Open,
            (Asker::Nobody | Asker::HalfWay, _) => return Expected::LogIn,
            (Asker::Member(role), _) => role,
        };
        if ground == Ground::OtherBrand {
            return Expected::LogIn;
        }
        let may = match row.who {
            Who::Anybody | Who::Demo | Who::Members => true,
            Who::KeyHolders => matches!(role, Role::Owner | Role::Admin),
            Who::Owner => role == Role::Owner,
            Who::Operator => panic!("{}: the dashboards have no rows for operators", row.path),
        };
        match may {
            false => Expected::Denied,
            true if crosses(row, ground) => Expected::Unknown,
            true => Expected::Answered,
        }
    }

    fn is(self, page: &Page) -> bool {
        match self {
            Expected::Denied => is_denied(page),
            Expected::LogIn => leads_to_login(page) && page.html.is_empty(),
            Expected::Unknown => page.status == 404 && !is_denied(page),
            Expected::Answered => {
                !is_denied(page) && !leads_to_login(page) && is_answer(page) && page.status != 401
            }
            Expected::Open => !is_denied(page) && is_answer(page),
        }
    }
}

/// Whether a row has answered, even if with what is missing from its form.
fn is_answer(page: &Page) -> bool {
    let status = page.status.as_u16();
    status < 500 && ![404, 405, 421].contains(&status)
}

/// Whether what the address names is on the other side of a border that nothing crosses.
fn crosses(row: &Row, ground: Ground) -> bool {
    let named = parameters(row.path);
    let of_an_account = ["key", "key_id", "user", "invitation", "session"];
    let of_a_mode = ["key", "key_id"];
    match ground {
        Ground::Own | Ground::OtherBrand => false,
        Ground::OtherAccount => named.iter().any(|name| of_an_account.contains(name)),
        Ground::OtherMode => named.iter().any(|name| of_a_mode.contains(name)),
    }
}

/// The names of what stands in an address besides the mode.
fn parameters(path: &str) -> Vec<&str> {
    let parts = path.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default());
    parts.map(|name| name.trim_start_matches('*')).filter(|name| *name != "mode").collect()
}

pub(super) fn is_denied(page: &Page) -> bool {
    page.status == 403 && page.says(DENIED)
}

pub(super) fn leads_to_login(page: &Page) -> bool {
    page.status == 303 && page.header("location").split('?').next() == Some("/login")
}

/// What addresses can name, of one account.
pub(super) struct Things {
    pub(super) account: AccountId,
    pub(super) key: String,
    pub(super) retiring: String,
    pub(super) user: UserId,
    pub(super) invitation: String,
    pub(super) session: SessionId,
}

impl Things {
    /// An address with everything in it that it names. A name that nothing stands for stops the walk.
    pub(super) fn address(&self, path: &str, mode: Mode) -> String {
        let mut address = path.replace("{mode}", mode.as_str());
        for name in parameters(path) {
            let value = match name {
                "key" => self.key.clone(),
                "key_id" => self.retiring.clone(),
                "user" => self.user.to_string(),
                "invitation" => self.invitation.clone(),
                "session" => self.session.to_string(),
                "way" => "on".to_owned(),
                "token" => "0".repeat(43),
                "page" => "payments/dashboard/settings/api-keys".to_owned(),
                other => panic!("{path}: say what stands for {{{other}}}"),
            };
            address =
                address.replace(&format!("{{{name}}}"), &value).replace(&format!("{{*{name}}}"), &value);
        }
        address
    }
}

impl Story {
    pub(super) fn the_operator(&self) -> Actor {
        Actor::Operator { name: "walk".to_owned(), origin: String::new() }
    }

    /// Writes rows as they are, past every rule.
    async fn writes(&self, rows: impl IntoIterator<Item = Stored>) {
        let audit = AuditEntry::by(&self.the_operator(), "walk.prepared", None, "rows", self.app.now());
        let mut decision = Decision::new(audit);
        rows.into_iter().for_each(|row| decision.insert(row));
        let engine = &self.app.engine;
        engine.store().commit(decision, &engine.peppers()).await.expect("rows that nobody has");
    }

    /// A user of the first brand who is a member of an account.
    pub(super) async fn somebody_new(&self, account: AccountId, role: Role) -> User {
        let rng = &mut *self.app.rng();
        let brand = self.app.engine.account(&account).await.expect("the account").brand;
        let mut user = User::new(brand, format!("A {role}"), String::new(), self.app.now(), rng);
        user.email = format!("{}@walk.example", user.id.as_str().to_lowercase());
        let member = Member { account, user: user.id, role, version: 0 };
        self.writes([Stored::User(user.clone()), Stored::Member(member)]).await;
        user
    }

    /// A session of a user that looks at an account, and its cookie.
    pub(super) async fn session(&self, user: &User, account: AccountId, stage: Stage) -> (SessionId, String) {
        let (token, id) = (Token::draw(&mut *self.app.rng()), SessionId::draw(&mut *self.app.rng()));
        let now = self.app.now();
        let session = Session {
            id,
            digest: self.app.engine.peppers().newest().digest_token(&token),
            user: user.id,
            brand: user.brand.clone(),
            account,
            stage,
            created_at: now,
            seen_at: now,
            origin: Origin { address: "203.0.113.9".to_owned(), agent: "a browser".to_owned() },
            ended_at: None,
            version: 0,
        };
        self.writes([Stored::Session(session)]).await;
        (id, format!("keystead={}", token.reveal()))
    }

    /// Things of an account: a key with a retiring pair, an invitation, a member, a session.
    pub(super) async fn things_of(&self, account: AccountId) -> Things {
        let (engine, operator, now) = (&self.app.engine, self.the_operator(), self.app.now());
        let request = GenerateRequest { mode: Mode::Test, name: Some("Walk".to_owned()), expires_at: None };
        let issued =
            engine.generate_by_operator(&operator, &account, &request, None, now, &mut *self.app.rng()).await;
        let issued = issued.expect("a key");
        let request =
            RegenerateRequest { old: OldPair::In24Hours, expected_current: None, end_retiring: false };
        let key = issued.key.id;
        let replaced =
            engine.regenerate_by_operator(&operator, &key, &request, None, now, &mut *self.app.rng()).await;
        replaced.expect("a second pair");
        let user = self.somebody_new(account, Role::Finance).await;
        let (session, _) = self.session(&user, account, Stage::Open { otp_at: Some(now) }).await;
        Things {
            account,
            key: key.to_string(),
            retiring: issued.key_id.to_string(),
            user: user.id,
            invitation: self.invitation(account, false).await,
            session,
        }
    }

    /// An invitation that waits for a code, or one whose link is out.
    async fn invitation(&self, account: AccountId, held: bool) -> String {
        let (now, rng) = (self.app.now(), &mut *self.app.rng());
        let id = InvitationId::draw(rng);
        let digest = self.app.engine.peppers().newest().digest_link(INVITATION, &Token::draw(rng));
        let invitation = Invitation {
            id,
            account,
            email: format!("{}@walk.example", id.as_str().to_lowercase()),
            role: Role::Admin,
            inviter: Inviter::Operator("walk".to_owned()),
            state: if held { InvitationState::Held } else { InvitationState::Open { digest } },
            sent: Vec::new(),
            expires_at: now + domain::DAY,
            created_at: now,
            version: 0,
        };
        self.writes([Stored::Invitation(invitation)]).await;
        id.to_string()
    }

    /// The numbers of the changes after one.
    async fn changes_after(&self, sequence: i64) -> Vec<i64> {
        let changes = self.app.engine.store().audit(sequence, 10_000).await.expect("the audit");
        changes.iter().map(|change| change.sequence).collect()
    }
}

/// The walk through one installation.
struct Walk<'a> {
    story: &'a Story,
    owner: User,
    own: Things,
    others: Things,
    /// Users and sessions of askers whose answers change nothing, so that one is enough for all.
    standing: Vec<(Asker, User, String)>,
    /// The number of the last change so far.
    last: i64,
    cells: usize,
}

impl<'a> Walk<'a> {
    /// Somebody with a session of their own. The owner is always the same; everybody else is new, so that whoever leaves or is
    /// changed is missed by nobody.
    async fn newcomer(&self, asker: Asker) -> (User, String) {
        let now = self.story.app.now();
        let open = Stage::Open { otp_at: Some(now) };
        let (user, stage) = match asker {
            Asker::Nobody => (self.owner.clone(), open),
            Asker::HalfWay => (self.owner.clone(), Stage::AwaitingCode),
            Asker::Member(Role::Owner) => (self.owner.clone(), open),
            Asker::Member(role) => (self.story.somebody_new(self.own.account, role).await, open),
        };
        let (_, cookie) = self.story.session(&user, self.own.account, stage).await;
        (user, cookie)
    }

    /// Who asks in a cell. Only an answer may change something, and only a POST does. What an owner is answered may end the
    /// owner's other sessions.
    async fn asker(&mut self, row: &Row, asker: Asker, expected: Expected) -> (User, String) {
        let changes = row.method != "GET" && matches!(expected, Expected::Answered | Expected::Open);
        if changes || asker == Asker::Member(Role::Owner) {
            return self.newcomer(asker).await;
        }
        if let Some((_, user, cookie)) = self.standing.iter().find(|(one, ..)| *one == asker) {
            return (user.clone(), cookie.clone());
        }
        let (user, cookie) = self.newcomer(asker).await;
        self.standing.push((asker, user.clone(), cookie.clone()));
        (user, cookie)
    }

    /// What stands in the address: of the own account things that are there and that the answer may change.
    async fn prepare(&mut self, row: &Row, user: &User, expected: Expected) {
        if expected != Expected::Answered {
            return;
        }
        let account = self.own.account;
        for name in parameters(row.path) {
            match name {
                "user" => self.own.user = self.story.somebody_new(account, Role::Finance).await.id,
                "invitation" => {
                    self.own.invitation = self.story.invitation(account, row.path.contains("/send")).await;
                }
                "session" => {
                    let stage = Stage::Open { otp_at: None };
                    (self.own.session, _) = self.story.session(user, account, stage).await;
                }
                _ => {}
            }
        }
    }

    async fn cell(&mut self, row: &Row, asker: Asker, ground: Ground) {
        let mut expected = Expected::of(row, asker, ground);
        let form = FORMS.iter().find(|(method, path, _)| (*method, *path) == (row.method, row.path));
        if form.is_some() && ground == Ground::OtherAccount && expected == Expected::Answered {
            expected = Expected::Unknown;
        }
        let (user, cookie) = self.asker(row, asker, expected).await;
        self.prepare(row, &user, expected).await;
        let mode = if ground == Ground::OtherMode { Mode::Live } else { Mode::Test };
        let things = if ground == Ground::OtherAccount { &self.others } else { &self.own };
        let address = things.address(row.path, mode);
        let body =
            form.map_or(String::new(), |(_, _, form)| form.replace("{account}", things.account.as_str()));
        let mut person = self.story.somebody();
        person.cookie = Some(cookie).filter(|_| asker != Asker::Nobody);
        if ground == Ground::OtherBrand {
            person = person.at(OTHER_HOST);
        }
        self.last = self.story.changes_after(self.last).await.last().copied().unwrap_or(self.last);
        let page = person.asks(row.method, &address, &body).await;
        let place = format!("{} {} as {asker:?}, {ground:?}", row.method, row.path);
        assert!(expected.is(&page), "{place}: expected {expected:?}, got\n{}", page.shown());
        if !matches!(expected, Expected::Answered | Expected::Open) {
            let changes = self.story.changes_after(self.last).await;
            assert!(changes.is_empty(), "{place}: what is refused changes nothing");
        }
        self.cells += 1;
    }
}

#[tokio::test]
async fn every_route_answers_every_role_as_the_table_says_in_every_account_mode_and_brand() {
    let story = Story::configured(|_| ()).await;
    let account = |n: usize| story.demo.brands[0].accounts[n].id.parse().expect("an account id");
    let (own, other): (AccountId, AccountId) = (account(0), account(1));
    let team = story.app.engine.team(&own).await.expect("a team");
    let owner = team.iter().find(|one| one.member.role == Role::Owner).expect("an owner").user.clone();
    let (own, others) = (story.things_of(own).await, story.things_of(other).await);
    let mut walk = Walk { story: &story, owner, own, others, standing: Vec::new(), last: 0, cells: 0 };
    let rows = pages();
    for row in &rows {
        for asker in [Asker::Nobody, Asker::HalfWay].into_iter().chain(Role::ALL.map(Asker::Member)) {
            for ground in GROUNDS {
                walk.cell(row, asker, ground).await;
                story.asks_two_factor_of_nobody(&walk.own.account).await;
            }
        }
    }
    assert_eq!(walk.cells, rows.len() * 10 * 4, "no cell was left out");
    let report = story.app.engine.store().check_audit(&story.app.engine.peppers()).await.expect("a chain");
    assert!(report.broken.is_none());
}

impl Story {
    /// The owner may have asked it of everybody, which would change what the others are answered.
    async fn asks_two_factor_of_nobody(&self, account: &AccountId) {
        let (engine, operator, now) = (&self.app.engine, self.the_operator(), self.app.now());
        engine.require_two_factor(&operator, None, account, false, now).await.expect("the operator may");
    }
}

/// The management API is for operators alone: a session opens none of it, whoever's it is and under whatever host.
#[tokio::test]
async fn no_member_of_any_role_is_anybody_to_the_management_api() {
    let story = Story::begins().await;
    let account = story.demo.brands[0].accounts[0].id.parse().expect("an account id");
    let things = story.things_of(account).await;
    let mut nobody = story.somebody();
    let document = nobody.asks("GET", "/api/v1/openapi.json", "").await;
    let document: serde_json::Value = serde_json::from_str(&document.html).expect("the description");
    let calls: Vec<(String, String)> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, calls)| {
            let methods = calls.as_object().expect("calls").keys();
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .filter(|(_, path)| !path.ends_with("/openapi.json"))
        .collect();
    assert!(calls.len() > 20, "{calls:?}");
    let mut people = vec![nobody];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let user = story.somebody_new(account, role).await;
        let stage = Stage::Open { otp_at: Some(story.app.now()) };
        let (_, cookie) = story.session(&user, account, stage).await;
        let mut person = story.somebody();
        person.cookie = Some(cookie.clone());
        people.push(person);
        // The cookie's own value is no operator's token either.
        let mut bearer = story.somebody();
        bearer.adds = vec![("authorization", format!("Bearer {}", cookie.trim_start_matches("keystead=")))];
        people.push(bearer);
    }
    let mut owner = story.member("owner").await;
    owner.page = None;
    people.push(owner);
    let before = story.changes_after(0).await.len();
    for (method, path) in &calls {
        let path = path
            .replace("{account}", account.as_str())
            .replace("{key}", &things.key)
            .replace("{key_id}", &things.retiring)
            .replace("{user}", things.user.as_str())
            .replace("{invitation}", &things.invitation);
        for person in &mut people {
            for host in [HOST, "any.example"] {
                let mut asking = person.window();
                asking.adds = person.adds.clone();
                asking.adds.push(("content-type", "application/json".to_owned()));
                let page = asking.at(host).asks(method, &path, "{}").await;
                assert_eq!(page.status, 401, "{method} {path} under {host}: {}", page.html);
            }
        }
    }
    assert_eq!(story.changes_after(0).await.len(), before, "and nothing was changed");
}
