//! Who sent refused requests: the last few places, however many there were.

use std::net::IpAddr;

use domain::Timestamp;

/// Sources remembered of one reason of one pair.
const SOURCES_MAX: usize = 4;
/// Characters kept of a caller's name for itself.
const AGENT_MAX: usize = 120;

/// Where a refused request came from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The caller's address, as far as the gateway told.
    pub address: Option<IpAddr>,
    /// Its `User-Agent`, unfiltered.
    pub agent: Option<&'a [u8]>,
}

/// A source of refused requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenSource {
    /// The caller's address, as far as the gateway told.
    pub address: Option<IpAddr>,
    /// What it calls itself: printable ASCII, at most 120 characters, empty when it did not say.
    pub agent: String,
    /// The last time.
    pub last_at: Timestamp,
    /// How often, since it is remembered.
    pub count: u64,
}

/// The last few sources, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(Vec<SeenSource>);

impl Sources {
    /// So many more requests.
    pub(super) fn note(&mut self, source: Source<'_>, times: u64, now: Timestamp) {
        let known = self
            .0
            .iter()
            .position(|seen| seen.address == source.address && seen.agent.bytes().eq(harmless(source.agent)));
        match known {
            Some(place) => self.0[..=place].rotate_right(1),
            None if self.0.len() < SOURCES_MAX => {
                self.0.insert(0, SeenSource::new(source.address, now));
                self.0[0].call(source.agent);
            }
            None => {
                // The oldest gives up its place and its memory: a flood of names allocates nothing.
                self.0.rotate_right(1);
                let agent = std::mem::take(&mut self.0[0].agent);
                self.0[0] = SeenSource { agent, ..SeenSource::new(source.address, now) };
                self.0[0].call(source.agent);
            }
        }
        let latest = &mut self.0[0];
        latest.count += times;
        latest.last_at = latest.last_at.max(now);
    }

    /// The sources, the latest first.
    pub fn iter(&self) -> impl Iterator<Item = &SeenSource> {
        self.0.iter()
    }

    /// The source of the last request.
    pub fn latest(&self) -> Option<&SeenSource> {
        self.0.first()
    }

    /// As text, one source a line.
    pub fn to_text(&self) -> String {
        let lines = self.0.iter().map(|seen| {
            let address = seen.address.map(|address| address.to_string()).unwrap_or_default();
            format!("{address}\t{}\t{}\t{}", seen.last_at.as_millis(), seen.count, seen.agent)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// What [`Sources::to_text`] gave. Lines that it never gives are left out.
    pub fn from_text(text: &str) -> Self {
        let seen = |line: &str| {
            let mut parts = line.splitn(4, '\t');
            let address = parts.next()?;
            let last_at = Timestamp::from_millis(parts.next()?.parse().ok()?);
            let count = parts.next()?.parse().ok()?;
            let mut seen = SeenSource { count, ..SeenSource::new(address.parse().ok(), last_at) };
            seen.call(Some(parts.next()?.as_bytes()));
            Some(seen)
        };
        Self(text.lines().filter_map(seen).take(SOURCES_MAX).collect())
    }
}

impl SeenSource {
    fn new(address: Option<IpAddr>, last_at: Timestamp) -> Self {
        Self { address, agent: String::new(), last_at, count: 0 }
    }

    fn call(&mut self, agent: Option<&[u8]>) {
        self.agent.clear();
        self.agent.extend(harmless(agent).map(char::from));
    }
}

/// What a stranger wrote, made harmless to show and to keep: printable ASCII only, and not too much of it.
fn harmless(agent: Option<&[u8]>) -> impl Iterator<Item = u8> {
    let agent = agent.unwrap_or_default().iter().take(AGENT_MAX);
    agent.map(|byte| if matches!(byte, b' '..=b'~') { *byte } else { b'?' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8, agent: &str) -> Source<'_> {
        Source { address: Some([192, 0, 2, last].into()), agent: Some(agent.as_bytes()) }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn told(sources: &Sources) -> Vec<String> {
        let told = |seen: &SeenSource| {
            let address = seen.address.map_or("?".to_owned(), |address| address.to_string());
            format!("{address} {} {} x{}", seen.agent, seen.last_at.as_millis(), seen.count)
        };
        sources.iter().map(told).collect()
    }

    #[test]
    fn the_last_four_sources_are_remembered_each_with_its_count() {
        let mut sources = Sources::default();
        for (millis, source) in (1..).zip([
            from(1, "curl/8"),
            from(2, "curl/8"),
            from(1, "curl/8"),
            from(1, "python"),
            Source::default(),
        ]) {
            sources.note(source, 1, at(millis));
        }
        let four = ["?  5 x1", "192.0.2.1 python 4 x1", "192.0.2.1 curl/8 3 x2", "192.0.2.2 curl/8 2 x1"];
        assert_eq!(told(&sources), four);
        sources.note(from(9, "java"), 1, at(6));
        assert_eq!(told(&sources)[..2], ["192.0.2.9 java 6 x1", "?  5 x1"]);
        assert_eq!(sources.iter().count(), SOURCES_MAX);
        assert_eq!(Sources::from_text(&sources.to_text()), sources);
    }

    #[test]
    fn a_flood_of_sources_takes_the_room_of_four() {
        let mut sources = Sources::default();
        for n in 0..100_000u32 {
            let agent = format!("bot/{n} {}", "x".repeat(500));
            let source = Source { address: Some(n.to_be_bytes().into()), agent: Some(agent.as_bytes()) };
            sources.note(source, 1, at(1));
        }
        assert_eq!(sources.0.capacity(), SOURCES_MAX);
        assert!(sources.iter().all(|seen| seen.agent.capacity() <= 2 * AGENT_MAX));
        assert!(sources.to_text().len() <= 1_000);
    }

    #[test]
    fn what_a_stranger_calls_itself_is_made_harmless() {
        let mut sources = Sources::default();
        let agent = format!("<b>\n\t\u{1b}[31m{}", "x".repeat(500));
        sources.note(from(1, &agent), 1, at(1));
        sources.note(from(1, &agent), 1, at(2));
        let latest = sources.latest().expect("one source");
        assert_eq!((latest.agent.len(), latest.count), (120, 2));
        assert!(latest.agent.starts_with("<b>???[31mxxx"), "{latest:?}");
        assert_eq!(Sources::from_text(&sources.to_text()), sources);
    }

    #[test]
    fn lines_that_make_no_sense_are_left_out() {
        let text = "nonsense\n\t\t\t\n192.0.2.1\t5\t2\tcurl\nx\t5\tmany\ty";
        assert_eq!(told(&Sources::from_text(text)), ["192.0.2.1 curl 5 x2"]);
        assert_eq!(Sources::from_text(""), Sources::default());
    }
}
