//! Account activation: whose business an account is, what the check found, and the form to tell it.

use askama::Template;
use domain::BusinessType;

use super::layout::Frame;
use super::review::{FieldError, Standing, TextField, takes_longer};
use crate::words::Words;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "activation.html")]
pub struct ActivationPage {
    /// Around the page.
    pub frame: Frame,
    /// Whether the page stands under "Website and app settings" or directly in the list.
    pub grouped: bool,
    /// Where the check stands.
    pub standing: Standing,
    /// What the account told; none while it told nothing.
    pub told: Option<Business>,
    /// The form, for those who may tell, until the account is activated.
    pub form: Option<BusinessForm>,
}

/// What an account told about its business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Business {
    /// Its name in law.
    pub legal_name: String,
    /// The word of its type, as the form sends it; empty for none.
    pub kind: String,
    /// The number under which it is registered.
    pub registration: String,
    /// What it sells.
    pub sells: String,
}

/// The form.
#[derive(Clone, Debug)]
pub struct BusinessForm {
    /// Where it is sent.
    pub action: String,
    /// What is in its fields.
    pub typed: Business,
    /// Which field is wrong.
    pub error: Option<FieldError>,
    /// The types to choose from: the word that is sent, and how people read it.
    pub kinds: Vec<(&'static str, String)>,
}

impl ActivationPage {
    /// The type as people read it.
    fn kind_of(&self, told: &Business) -> String {
        told.kind.parse().map_or_else(|_| told.kind.clone(), |kind| type_words(&self.frame.words, kind))
    }

    fn legal_name(&self, form: &BusinessForm) -> TextField {
        let label = self.frame.say("activation-legal-name").text();
        TextField::new("legal_name", label, form.typed.legal_name.clone()).checked(form.error.as_ref())
    }

    fn registration(&self, form: &BusinessForm) -> TextField {
        let label = self.frame.say("activation-registration").text();
        TextField::new("registration", label, form.typed.registration.clone())
            .hint(self.frame.say("activation-registration-hint").text())
            .optional()
            .checked(form.error.as_ref())
    }

    fn sells(&self, form: &BusinessForm) -> TextField {
        let label = self.frame.say("activation-sells").text();
        TextField::new("sells", label, form.typed.sells.clone())
            .hint(self.frame.say("activation-sells-hint").text())
            .checked(form.error.as_ref())
    }

    fn longer(&self) -> String {
        takes_longer(&self.frame)
    }
}

/// A type of business as people read it.
pub fn type_words(words: &Words, kind: BusinessType) -> String {
    let saying = match kind {
        BusinessType::Individual => words.say("business-individual"),
        BusinessType::Proprietorship => words.say("business-proprietorship"),
        BusinessType::Partnership => words.say("business-partnership"),
        BusinessType::LimitedPartnership => words.say("business-limited-partnership"),
        BusinessType::PrivateCompany => words.say("business-private-company"),
        BusinessType::PublicCompany => words.say("business-public-company"),
        BusinessType::NonProfit => words.say("business-non-profit"),
    };
    saying.text()
}

/// All types to choose from: the word that is sent, and how people read it.
pub fn types(words: &Words) -> Vec<(&'static str, String)> {
    BusinessType::ALL.map(|kind| (kind.as_str(), type_words(words, kind))).into()
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::brand::samples::{axis, razorpay};
    use super::gallery::{html, moment};
    use super::layout::samples::{asha, longest_frame};
    use super::layout::{Mode, Place};

    let frame = |look: &super::brand::BrandLook| {
        let place = Place::InsideSettings;
        Frame::inside(look, "Account activation", Mode::Live, "/activation", place, asha())
    };
    let form = |typed: &Business, frame: &Frame| {
        Some(BusinessForm {
            action: "/live/activation".to_owned(),
            typed: typed.clone(),
            error: None,
            kinds: types(&frame.words),
        })
    };
    let first = frame(&razorpay());
    let none = ActivationPage {
        grouped: true,
        standing: Standing::Nothing,
        told: None,
        form: form(&Business::default(), &first),
        frame: first,
    };
    let told = Business {
        legal_name: "Acme Traders Private Limited".to_owned(),
        kind: "private-company".to_owned(),
        registration: "U51909KA2019PTC123456".to_owned(),
        sells: "School books & <b>pens</b>".to_owned(),
    };
    let second = frame(&axis());
    let waiting = ActivationPage {
        grouped: false,
        standing: Standing::Waiting { since: moment(-600) },
        told: Some(told.clone()),
        form: form(&told, &second),
        frame: second,
    };
    let reader = ActivationPage { form: None, ..waiting.clone() };
    let returned = ActivationPage {
        standing: Standing::Returned {
            at: moment(-30),
            reason: "The name is not the one in the register.".to_owned(),
        },
        ..waiting.clone()
    };
    let refused = ActivationPage {
        frame: longest_frame("Account activation", "/activation"),
        form: none.form.clone().map(|form| {
            let words = "Choose what your business is.".to_owned();
            BusinessForm {
                typed: Business { kind: String::new(), ..told.clone() },
                error: Some(FieldError { field: "business_type", words }),
                ..form
            }
        }),
        ..none.clone()
    };
    let activated =
        ActivationPage { standing: Standing::Good { at: moment(-60) }, form: None, ..waiting.clone() };
    vec![
        ("none", html(&none)),
        ("waiting", html(&waiting)),
        ("reader", html(&reader)),
        ("returned", html(&returned)),
        ("refused", html(&refused)),
        ("activated", html(&activated)),
    ]
}
