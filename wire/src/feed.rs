//! The feed of pairs as followers read it over HTTP: a page of at most [`PAIRS_MAX`] pairs, about 98 bytes each, ended by a
//! checksum.
//!
//! A page says what it answers (the asker's own number comes back), how far it goes, which history of the database it
//! belongs to, and how old the server's own knowledge is. [`decode`] takes a whole page or none: what is cut, damaged or newer
//! than this reader is an error, never half a page. Records are length-prefixed, and a record with a property that this reader
//! does not know is refused rather than half understood: it could be one that ends a pair.

use crate::hex::{bytes, hex};

/// The media type of a page.
pub const MEDIA_TYPE: &str = "application/vnd.keystead.feed";
/// The media type of the verification keys.
pub const KEYS_MEDIA_TYPE: &str = "application/vnd.keystead.verification-keys";
/// Pairs on one page, at most.
pub const PAIRS_MAX: usize = 5_000;
/// Seconds that a follower may ask the server to wait for a change, at most.
pub const WAIT_SECONDS_MAX: u64 = 25;
/// Where the feed is, on the public listener.
pub const PATH: &str = "/api/v1/feed";
/// Where the verification keys are, on the public listener.
pub const KEYS_PATH: &str = "/api/v1/feed/keys";

/// What a page begins with: what it is, and the form of what follows.
const MAGIC: &[u8; 7] = b"KSFEED\x01";
/// Characters of a key's or an account's id after its `key_` or `acc_`.
pub const TAIL: usize = 14;
/// Bytes of a checksum.
const CHECKSUM: usize = 4;

const COMPLETE: u8 = 1;
const LIVE: u8 = 1;
const EXPIRES: u8 = 1 << 1;
const STATE_SHIFT: u8 = 2;
const STATE: u8 = 0b111;
const LIMITED: u8 = 1 << 5;
const WRAPPED: u8 = 1 << 6;
/// Bits that no record of this form has.
const UNKNOWN: u8 = 0b1000_0000;

/// Names one history of one database: two databases that went different ways have different marks at the same position.
pub type Mark = [u8; 16];

/// What a follower asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// It has everything up to this position …
    pub after: i64,
    /// … and, of the positions above, up to this pair.
    pub key_id: Option<String>,
    /// The history it knows, as the position and mark of a page before; `None` at the very start.
    pub known: Option<(i64, Mark)>,
    /// How many seconds the server may wait for a change before it says that there is none.
    pub wait: u64,
    /// A number that the answer must repeat: no older answer can be taken for this one.
    pub nonce: u64,
}

impl Ask {
    /// As the query of an address.
    pub fn query(&self) -> String {
        let mut query = format!("after={}&wait={}&nonce={}", self.after, self.wait, self.nonce);
        if let Some(key_id) = &self.key_id {
            query.push_str("&key_id=");
            query.push_str(key_id);
        }
        if let Some((position, mark)) = &self.known {
            query.push_str("&known=");
            query.push_str(&known_text(*position, mark));
        }
        query
    }
}

/// A history as a parameter: the position, a dot, the mark in hexadecimal digits.
pub fn known_text(position: i64, mark: &Mark) -> String {
    format!("{position}.{}", hex(mark))
}

/// Reads what [`known_text`] wrote.
pub fn known_of(text: &str) -> Option<(i64, Mark)> {
    let (position, mark) = text.split_once('.')?;
    Some((position.parse().ok()?, bytes(mark)?.try_into().ok()?))
}

/// Part of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The asker's number.
    pub nonce: u64,
    /// Whether everything up to `head` has been told when these pairs are known too.
    pub complete: bool,
    /// How far the server's own knowledge went when it began to answer.
    pub head: i64,
    /// The mark of that position.
    pub mark: Mark,
    /// How old that knowledge was when the question came, in milliseconds. Below nought: it is younger than the question,
    /// which waited for it.
    pub age_ms: i64,
    /// How long the server itself vouches for what it knows, in milliseconds.
    pub vouch_ms: u64,
    /// The newest version of the verification keys that the server holds.
    pub newest_key: u8,
    /// The brands that these pairs belong to, as `org/country`.
    pub brands: Vec<&'a str>,
    /// Pairs in the order of position and key id, after the place that was asked for.
    pub pairs: Vec<Pair<'a>>,
}

/// A pair as the feed tells of it. Nothing of its secret but a digest that says nothing without the verification keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The change that last touched it.
    pub position: i64,
    /// Its public half.
    pub key_id: &'a str,
    /// What follows `key_` in the id of its key.
    pub key: [u8; TAIL],
    /// What follows `acc_` in the id of its account.
    pub account: [u8; TAIL],
    /// Its brand, as a place in [`Page::brands`].
    pub brand: u16,
    /// Whether it works in live mode.
    pub live: bool,
    /// What is known of its secret.
    pub digest: [u8; 32],
    /// The version of the pepper that the digest was made with.
    pub pepper: u8,
    /// The versions that were put around it since, in their order.
    pub around: &'a [u8],
    /// What was last written about its life.
    pub state: State,
    /// When it was made, in milliseconds UTC.
    pub created_at: i64,
    /// When it expires by itself.
    pub expires_at: Option<i64>,
    /// What its key is limited to.
    pub limits: Option<Limits<'a>>,
}

/// How often, and from where, a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits<'a> {
    /// Requests per second; nought: any number.
    pub per_second: u64,
    /// Requests per day of UTC; nought: any number.
    pub per_day: u64,
    /// Networks it may be used from, with blanks between them; empty: from everywhere.
    pub networks: &'a str,
}

/// A pair's life, moments in milliseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is its key's current pair.
    Current,
    /// It works until then.
    Retiring(i64),
    /// Ended then: replaced at once.
    Replaced(i64),
    /// Ended then: its grace was over.
    GraceOver(i64),
    /// Ended then: deactivated.
    Deactivated(i64),
    /// Ended then: it reached its expiry date.
    Expired(i64),
}

impl State {
    const fn parts(self) -> (u8, Option<i64>) {
        match self {
            State::Current => (0, None),
            State::Retiring(at) => (1, Some(at)),
            State::Replaced(at) => (2, Some(at)),
            State::GraceOver(at) => (3, Some(at)),
            State::Deactivated(at) => (4, Some(at)),
            State::Expired(at) => (5, Some(at)),
        }
    }
}

/// Bytes that are no page of this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPage {
    /// They do not begin like a page, or like one of another form.
    OtherForm,
    /// They are cut or changed.
    Damaged,
    /// They tell something that this reader does not know.
    TooNew,
}

/// A page as bytes.
pub fn encode(page: &Page<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(128 + page.pairs.len() * 112);
    out.extend_from_slice(MAGIC);
    out.push(if page.complete { COMPLETE } else { 0 });
    out.extend_from_slice(&page.nonce.to_le_bytes());
    out.extend_from_slice(&page.head.to_le_bytes());
    out.extend_from_slice(&page.mark);
    out.extend_from_slice(&page.age_ms.to_le_bytes());
    out.extend_from_slice(&page.vouch_ms.to_le_bytes());
    out.push(page.newest_key);
    out.extend_from_slice(&number::<u16>(page.brands.len()).to_le_bytes());
    for brand in &page.brands {
        text(&mut out, brand);
    }
    out.extend_from_slice(&number::<u32>(page.pairs.len()).to_le_bytes());
    let mut position = 0;
    for pair in &page.pairs {
        // The length is known only afterwards.
        let length = out.len();
        out.extend_from_slice(&[0, 0]);
        record(&mut out, pair, position);
        let whole = number::<u16>(out.len() - length - 2);
        out[length..length + 2].copy_from_slice(&whole.to_le_bytes());
        position = pair.position;
    }
    let checksum = crc32fast::hash(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

fn record(out: &mut Vec<u8>, pair: &Pair<'_>, before: i64) {
    let (tag, moment) = pair.state.parts();
    let expires = if pair.expires_at.is_some() { EXPIRES } else { 0 };
    let live = if pair.live { LIVE } else { 0 };
    let limited = if pair.limits.is_some() { LIMITED } else { 0 };
    let wrapped = if pair.around.is_empty() { 0 } else { WRAPPED };
    out.push(live | expires | limited | wrapped | (tag << STATE_SHIFT));
    // Pages tell pairs in order, so a distance is never negative.
    varint(out, pair.position.wrapping_sub(before) as u64);
    text(out, pair.key_id);
    out.extend_from_slice(&pair.key);
    out.extend_from_slice(&pair.account);
    varint(out, u64::from(pair.brand));
    out.extend_from_slice(&pair.digest);
    out.push(pair.pepper);
    if !pair.around.is_empty() {
        out.push(number::<u8>(pair.around.len()));
        out.extend_from_slice(pair.around);
    }
    out.extend_from_slice(&pair.created_at.to_le_bytes());
    for moment in [moment, pair.expires_at].into_iter().flatten() {
        out.extend_from_slice(&moment.to_le_bytes());
    }
    if let Some(limits) = &pair.limits {
        varint(out, limits.per_second);
        varint(out, limits.per_day);
        out.extend_from_slice(&number::<u16>(limits.networks.len()).to_le_bytes());
        out.extend_from_slice(limits.networks.as_bytes());
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(number::<u8>(text.len()));
    out.extend_from_slice(text.as_bytes());
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while 0x80 <= value {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number<T: TryFrom<usize>>(length: usize) -> T {
    T::try_from(length).ok().expect("ids, brands and pages are far smaller than their lengths allow")
}

/// Reads a page, whole.
pub fn decode(bytes: &[u8]) -> Result<Page<'_>, NoPage> {
    if !bytes.starts_with(MAGIC) {
        return Err(NoPage::OtherForm);
    }
    let (told, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(NoPage::Damaged)?;
    if crc32fast::hash(told) != u32::from_le_bytes(*checksum) {
        return Err(NoPage::Damaged);
    }
    let mut from = Reader(&told[MAGIC.len()..]);
    let complete = match from.byte()? {
        0 => false,
        COMPLETE => true,
        _ => return Err(NoPage::TooNew),
    };
    let (nonce, head, mark) =
        (from.whole(u64::from_le_bytes)?, from.whole(i64::from_le_bytes)?, *from.array()?);
    let (age_ms, vouch_ms) = (from.whole(i64::from_le_bytes)?, from.whole(u64::from_le_bytes)?);
    let newest_key = from.byte()?;
    let count = from.whole(u16::from_le_bytes)?;
    let brands = (0..count).map(|_| from.text()).collect::<Result<Vec<_>, _>>()?;
    let count = from.whole(u32::from_le_bytes)? as usize;
    if PAIRS_MAX < count {
        return Err(NoPage::Damaged);
    }
    let mut pairs = Vec::with_capacity(count);
    let mut position = 0;
    for _ in 0..count {
        let length = from.whole(u16::from_le_bytes)?;
        let mut record = Reader(from.bytes(usize::from(length))?);
        let pair = record.pair(position)?;
        if !record.0.is_empty() || brands.len() <= usize::from(pair.brand) {
            return Err(NoPage::Damaged);
        }
        position = pair.position;
        pairs.push(pair);
    }
    if !from.0.is_empty() {
        return Err(NoPage::Damaged);
    }
    Ok(Page { nonce, complete, head, mark, age_ms, vouch_ms, newest_key, brands, pairs })
}

/// What has not been read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Result<&'a [u8], NoPage> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(NoPage::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, NoPage> {
        Ok(self.array::<1>()?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], NoPage> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(NoPage::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn whole<T, const N: usize>(&mut self, read: fn([u8; N]) -> T) -> Result<T, NoPage> {
        self.array().map(|bytes| read(*bytes))
    }

    fn text(&mut self) -> Result<&'a str, NoPage> {
        let length = self.byte()?;
        std::str::from_utf8(self.bytes(usize::from(length))?).map_err(|_| NoPage::Damaged)
    }

    fn varint(&mut self) -> Result<u64, NoPage> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(NoPage::Damaged)
    }

    fn pair(&mut self, before: i64) -> Result<Pair<'a>, NoPage> {
        let flags = self.byte()?;
        if flags & UNKNOWN != 0 {
            return Err(NoPage::TooNew);
        }
        let distance = i64::try_from(self.varint()?).map_err(|_| NoPage::Damaged)?;
        let position = before.checked_add(distance).ok_or(NoPage::Damaged)?;
        let (key_id, key, account) = (self.text()?, *self.array()?, *self.array()?);
        let brand = u16::try_from(self.varint()?).map_err(|_| NoPage::Damaged)?;
        let (digest, pepper) = (*self.array()?, self.byte()?);
        let around = if flags & WRAPPED == 0 { &[] } else { self.around()? };
        let created_at = self.whole(i64::from_le_bytes)?;
        let state = match flags >> STATE_SHIFT & STATE {
            0 => State::Current,
            1 => State::Retiring(self.whole(i64::from_le_bytes)?),
            2 => State::Replaced(self.whole(i64::from_le_bytes)?),
            3 => State::GraceOver(self.whole(i64::from_le_bytes)?),
            4 => State::Deactivated(self.whole(i64::from_le_bytes)?),
            5 => State::Expired(self.whole(i64::from_le_bytes)?),
            _ => return Err(NoPage::TooNew),
        };
        let expires_at = if flags & EXPIRES == 0 { None } else { Some(self.whole(i64::from_le_bytes)?) };
        let live = flags & LIVE != 0;
        let limits = if flags & LIMITED == 0 { None } else { Some(self.limits()?) };
        Ok(Pair {
            position,
            key_id,
            key,
            account,
            brand,
            live,
            digest,
            pepper,
            around,
            state,
            created_at,
            expires_at,
            limits,
        })
    }

    fn around(&mut self) -> Result<&'a [u8], NoPage> {
        match self.byte()? {
            0 => Err(NoPage::Damaged),
            count => self.bytes(usize::from(count)),
        }
    }

    fn limits(&mut self) -> Result<Limits<'a>, NoPage> {
        let (per_second, per_day) = (self.varint()?, self.varint()?);
        let length = self.whole(u16::from_le_bytes)?;
        let networks = std::str::from_utf8(self.bytes(usize::from(length))?).map_err(|_| NoPage::Damaged)?;
        Ok(Limits { per_second, per_day, networks })
    }
}

#[cfg(test)]
mod tests;
