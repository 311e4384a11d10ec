//! Conditions: which brands a block is for, in both forms of `show-if`.

use crate::edition::Edition;
use crate::finding::{Notes, Slip, nearest};
use crate::lines::Place;
use crate::tags::Tag;

/// Which brands see a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Each group must have a member that matches.
    groups: Vec<Vec<Brand>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Brand {
    org: String,
    country: Option<String>,
}

impl Condition {
    /// Whether an edition's readers see the block. A condition that cannot be read is for nobody: better a gap than
    /// another brand's words.
    pub(crate) fn holds(&self, edition: &Edition) -> bool {
        let matches = |brand: &Brand| {
            brand.org == edition.org
                && brand.country.as_ref().is_none_or(|country| *country == edition.country)
        };
        !self.groups.is_empty() && self.groups.iter().all(|group| group.iter().any(matches))
    }

    /// Reads the attributes of a `show-if`.
    pub(crate) fn of(tag: &Tag, place: &Place, known: &[Edition], notes: &mut Notes) -> Condition {
        let mut groups = Vec::new();
        let list = tag.value("org-country");
        match (tag.value("org"), tag.value("country")) {
            (Some(org), country) => {
                let country = country.map(|country| country.trim().to_owned());
                groups.push(vec![Brand { org: org.trim().to_owned(), country }]);
            }
            (None, _) if list.is_some() && tag.value("country").is_none() => {}
            (None, _) => {
                let says = "`show-if` does not say `org`, so nobody sees the block";
                notes.add(place, Slip::Condition, says, "Write org=\"…\", with country=\"…\" if it matters.");
                return Condition { groups: Vec::new() };
            }
        }
        if let Some(list) = list {
            let items = list.split(',').map(str::trim).filter(|item| !item.is_empty());
            let brands: Vec<Brand> = items
                .map(|item| match item.rsplit_once('-') {
                    Some((org, country)) => Brand { org: org.to_owned(), country: Some(country.to_owned()) },
                    None => Brand { org: item.to_owned(), country: None },
                })
                .collect();
            groups.push(brands);
        }
        for (name, _) in &tag.attributes {
            if !["org", "country", "org-country"].contains(&name.as_str()) {
                let says = format!("`show-if` has no `{name}`");
                notes.add(place, Slip::Condition, says, "It has `org` and `country`, or `org-country`.");
            }
        }
        let condition = Condition { groups };
        condition.complain(place, known, notes);
        condition
    }

    fn complain(&self, place: &Place, known: &[Edition], notes: &mut Notes) {
        if known.is_empty() {
            return;
        }
        let before = notes.0.len();
        for brand in self.groups.iter().flatten() {
            let orgs = known.iter().map(|edition| edition.org.as_str());
            let countries = known.iter().map(|edition| edition.country.as_str());
            unknown("org", &brand.org, orgs, place, notes);
            if let Some(country) = &brand.country {
                unknown("country", country, countries, place, notes);
            }
        }
        let spelled_right = notes.0.len() == before;
        if spelled_right && !known.iter().any(|edition| self.holds(edition)) {
            let brands: Vec<String> = known.iter().map(Edition::name).collect();
            let says = "The block is for a brand that does not exist, so nobody sees it";
            notes.add(place, Slip::WrongBrand, says, format!("The brands are {}.", brands.join(", ")));
        }
    }
}

fn unknown<'a>(
    what: &str,
    written: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    place: &Place,
    notes: &mut Notes,
) {
    if known.clone().any(|one| one == written) {
        return;
    }
    let mend = match nearest(written, known.clone()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => {
            let mut all: Vec<&str> = known.collect();
            all.sort_unstable();
            all.dedup();
            format!("Known are {}.", all.join(", "))
        }
    };
    notes.add(place, Slip::UnknownBrand, format!("No brand has the {what} `{written}`"), mend);
}
