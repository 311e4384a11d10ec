//! API Keys: the keys of this mode with their pairs, what may be done with them, and why requests were refused.

use askama::Template;
use askama::filters::HtmlSafe;

use super::brand::BrandLook;
use super::form::Press;
use super::layout::Frame;
use super::moment::Moment;
use super::receipt::ReceiptNotice;
use super::refusals::{RefusalRow, StillUsed};
use super::review::LiveGate;
use super::usage::{RetiringUse, UsageCharts};
use crate::words::{Saying, Words, named};

/// The list of keys.
#[derive(Clone, Debug, Template)]
#[template(path = "keys.html")]
pub struct KeysPage {
    /// Around the page.
    pub frame: Frame,
    /// Who has heard of a pair's end, right after it.
    pub receipt: Option<ReceiptNotice>,
    /// Whether the brand shows API Keys under "Website and app settings".
    pub grouped: bool,
    /// What live mode asks for, while something of it stands in the way of a first Live key. Nothing else is offered
    /// meanwhile.
    pub gate: Option<LiveGate>,
    /// The way to the very first key of this mode; none once there are keys.
    pub generate_first: Option<Press>,
    /// The keys, in the order in which they were made.
    pub keys: Vec<KeyCard>,
    /// Pairs that have ended and are still being used.
    pub still_used: Vec<StillUsed>,
    /// Pairs that retire and were used after they were replaced.
    pub retiring_used: Vec<RetiringUse>,
    /// Whether refusals make sense here: there have been keys to refuse.
    pub shows_refusals: bool,
    /// The latest refusals, newest first.
    pub refusals: Vec<RefusalRow>,
}

/// One key with its pairs.
#[derive(Clone, Debug)]
pub struct KeyCard {
    /// `key_…`, also an anchor on the page.
    pub id: String,
    /// What the owner calls it.
    pub name: String,
    /// Pairs that work: the current one first, then the retiring one.
    pub pairs: PairTable,
    /// Pairs that do not work any more, newest first.
    pub ended: PairTable,
    /// What they are called: there may be more than are shown.
    pub ended_title: &'static str,
    /// How often they were used.
    pub usage: UsageCharts,
    /// Where its limits stand.
    pub limits: String,
    /// Where regenerating starts; none without a current pair.
    pub regenerate: Option<String>,
    /// Where generating starts; only without a current pair, and when allowed.
    pub generate: Option<Press>,
}

/// A table of pairs. In a template `{{ table }}` becomes the table.
#[derive(Clone, Debug, Template)]
#[template(path = "pairs.html")]
pub struct PairTable {
    words: Words,
    /// What the table is, as the id of a text.
    caption: &'static str,
    /// The pairs.
    pub rows: Vec<PairRow>,
}

// The template of the table escapes what stands in it.
impl HtmlSafe for PairTable {}

impl PairTable {
    /// Pairs that work.
    pub fn working(look: &BrandLook, rows: Vec<PairRow>) -> PairTable {
        PairTable { words: look.words.clone(), caption: named("pairs-working"), rows }
    }

    /// Pairs that do not work any more.
    pub fn ended(look: &BrandLook, rows: Vec<PairRow>) -> PairTable {
        PairTable { words: look.words.clone(), caption: named("pairs-ended"), rows }
    }

    fn say<'a>(&'a self, id: &'a str) -> Saying<'a> {
        self.words.say(id)
    }

    fn has_actions(&self) -> bool {
        self.rows.iter().any(|row| row.deactivate.is_some())
    }
}

/// One pair.
#[derive(Clone, Debug)]
pub struct PairRow {
    /// The public half.
    pub key_id: String,
    /// When it was generated.
    pub created_at: Moment,
    /// When it ends by itself; none is never.
    pub expiry: Option<Moment>,
    /// Whether it works.
    pub status: PairStatus,
    /// When it was last accepted; none is not yet.
    pub last_used: Option<Moment>,
    /// From where that was: an address or a network.
    pub last_used_from: Option<String>,
    /// Where deactivating it starts; only for a retiring pair.
    pub deactivate: Option<String>,
}

/// A pair's place in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairStatus {
    /// It works.
    Current,
    /// It works until a moment.
    Retiring {
        /// That moment.
        until: Moment,
        /// How far away it is: "in 23 h".
        left: String,
    },
    /// It does not work any more.
    Ended {
        /// Since when.
        at: Moment,
        /// How it came to that: "Replaced by …".
        why: String,
    },
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, curlec, longest, razorpay};
    use super::form::Hidden;
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, keys_frame, longest_frame};
    use super::layout::{Mode, Notice, Place};
    use super::receipt::samples;
    use super::refusals::SourceName;
    use super::review::Standing;
    use super::usage::samples::{replaced as used_while_replaced, retiring_use, unused, used as used_alone};
    use crate::words::named;

    let generate = |path: &str| Press {
        action: path.to_owned(),
        hidden: Hidden::none().with("attempt", "0123456789abcdef0123456789abcdef"),
    };
    let current = PairRow {
        key_id: "rzp_test_Ab3dEf6hIj9lMn".to_owned(),
        created_at: moment(-10),
        expiry: None,
        status: PairStatus::Current,
        last_used: None,
        last_used_from: None,
        deactivate: None,
    };
    let retiring = PairRow {
        key_id: "rzp_test_Zy8xWv5uTs2rQp".to_owned(),
        created_at: moment(-90 * 24 * 60),
        expiry: Some(moment(275 * 24 * 60)),
        status: PairStatus::Retiring { until: moment(23 * 60), left: "in 23 h".to_owned() },
        last_used: Some(moment(-1)),
        last_used_from: Some("2001:db8:85a3:8d3::/64".to_owned()),
        deactivate: Some("/test/pairs/rzp_test_Zy8xWv5uTs2rQp/deactivate".to_owned()),
    };
    let ended = PairRow {
        key_id: "rzp_test_00112233445566".to_owned(),
        status: PairStatus::Ended { at: moment(-60), why: "Replaced by rzp_test_Zy8xWv5uTs2rQp.".to_owned() },
        deactivate: None,
        ..retiring.clone()
    };
    let ids = ["rzp_test_Ab3dEf6hIj9lMn", "rzp_test_Zy8xWv5uTs2rQp", "rzp_test_00112233445566"];
    let card = |look: &BrandLook, rows, old| KeyCard {
        id: "key_1".to_owned(),
        name: "Default".to_owned(),
        usage: unused(look, "key_1", ids[0]),
        pairs: PairTable::working(look, rows),
        ended: PairTable::ended(look, old),
        ended_title: "keys-ended",
        limits: "/test/keys/key_1/limits".to_owned(),
        regenerate: Some("/test/keys/key_1/regenerate".to_owned()),
        generate: None,
    };
    let refusal = RefusalRow {
        key_id: "rzp_test_00112233445566".to_owned(),
        reason: named("refused-ended"),
        advice: named("refused-ended-advice"),
        ended_at: Some(moment(-60)),
        times: 214,
        last_hour: 120,
        last_day: 214,
        first_at: moment(-59),
        last_at: moment(-2),
        sources: Vec::new(),
    };
    let newline = RefusalRow {
        key_id: "rzp_test_Ab3dEf6hIj9lMn".to_owned(),
        reason: named("refused-newline"),
        advice: named("refused-newline-advice"),
        ended_at: None,
        times: 1,
        last_at: moment(-7),
        ..refusal.clone()
    };
    let refusals = vec![refusal, newline];
    let source =
        |address: &str, agent: &str| SourceName { address: address.to_owned(), agent: agent.to_owned() };
    let used = StillUsed {
        key_id: "rzp_test_00112233445566".to_owned(),
        ago: "2 h ago".to_owned(),
        count: 120,
        in_last_hour: true,
        last: "2 min ago".to_owned(),
        source: source("192.0.2.1", "shop/1.0 <script>"),
    };
    let used_once = StillUsed {
        ago: "3 days ago".to_owned(),
        count: 1,
        in_last_hour: false,
        last: "5 h ago".to_owned(),
        source: source("2001:db8::1", ""),
        ..used.clone()
    };

    let empty = KeysPage {
        frame: keys_frame(Mode::Test),
        receipt: None,
        grouped: true,
        gate: None,
        generate_first: Some(generate("/test/keys/generate")),
        keys: Vec::new(),
        still_used: Vec::new(),
        retiring_used: Vec::new(),
        shows_refusals: false,
        refusals: Vec::new(),
    };
    let live_not_yet = KeysPage {
        frame: keys_frame(Mode::Live),
        gate: Some(LiveGate::new(
            &razorpay().words,
            "live",
            Some(Standing::Waiting { since: moment(-600) }),
            Some(Standing::Returned { at: moment(-30), reason: "It cannot be <b>opened</b>.".to_owned() }),
            true,
        )),
        generate_first: None,
        ..empty.clone()
    };
    let one = KeysPage {
        generate_first: None,
        keys: vec![card(&razorpay(), vec![current.clone()], vec![])],
        shows_refusals: true,
        ..empty.clone()
    };
    let replaced = KeysPage {
        frame: one.frame.clone().with_notice(Notice::Done("The new key is in place.".to_owned())),
        keys: vec![KeyCard {
            usage: used_while_replaced(&razorpay(), "key_1", ids),
            ..card(&razorpay(), vec![current.clone(), retiring.clone()], vec![ended.clone()])
        }],
        retiring_used: vec![retiring_use()],
        still_used: vec![used, used_once],
        refusals,
        ..one.clone()
    };
    let heard = KeysPage { receipt: Some(samples::heard()), ..one.clone() };
    let waiting = KeysPage { receipt: Some(samples::waiting()), ..one.clone() };
    let inside = |look: &BrandLook| {
        Frame::inside(look, "API Keys", Mode::Live, "/keys", Place::InsideSettings, asha())
    };
    let replaced_curlec = KeysPage {
        frame: inside(&curlec()),
        keys: vec![card(&curlec(), vec![current.clone(), retiring.clone()], vec![])],
        ..one.clone()
    };
    let axis_one = KeysPage {
        frame: inside(&axis()),
        grouped: false,
        keys: vec![KeyCard {
            usage: used_alone(&axis(), "key_1", ids[0]),
            ..card(&axis(), vec![current.clone()], vec![])
        }],
        ..one.clone()
    };
    let nothing_works = KeysPage {
        keys: vec![KeyCard {
            regenerate: None,
            generate: Some(generate("/test/keys/key_1/generate")),
            ..card(&razorpay(), vec![], vec![ended.clone()])
        }],
        ..one.clone()
    };
    let many = KeysPage {
        frame: longest_frame("API Keys", "/keys"),
        keys: vec![
            KeyCard {
                usage: used_while_replaced(&longest(), "key_1", ids),
                ..card(
                    &longest(),
                    vec![current.clone(), retiring.clone()],
                    vec![
                        ended.clone(),
                        PairRow { key_id: "rzp_test_99999999999999".to_owned(), ..ended.clone() },
                    ],
                )
            },
            KeyCard {
                id: "key_2".to_owned(),
                usage: used_alone(&longest(), "key_2", "abcdefghijkl_test_Ab3dEf6hIj9lMn"),
                name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft \
                       & <b>Sons</b>"
                    .to_owned(),
                ..card(
                    &longest(),
                    vec![PairRow { key_id: "abcdefghijkl_test_Ab3dEf6hIj9lMn".to_owned(), ..current }],
                    vec![],
                )
            },
        ],
        ..replaced.clone()
    };
    vec![
        ("empty", html(&empty)),
        ("live_not_yet", html(&live_not_yet)),
        ("one", html(&one)),
        ("replaced", html(&replaced)),
        ("replaced_curlec", html(&replaced_curlec)),
        ("axis_one", html(&axis_one)),
        ("heard", html(&heard)),
        ("waiting", html(&waiting)),
        ("nothing_works", html(&nothing_works)),
        ("many", html(&many)),
    ]
}
