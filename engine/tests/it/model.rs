//! Long random sequences of commands on the engine over SQLite, with restarts in between: after each step every secret
//! ever issued is verified and the answers compared with the small model that `domain` is checked against, too.

#[path = "../../../domain/tests/it/model.rs"]
mod small;

use domain::{
    DAY, Duration, GenerateRequest, Mode, OldPair, Refusal, RegenerateRequest, StepUpRule, Timestamp, seeded,
};
use engine::EngineError;
use proptest::prelude::*;

use self::small::{Command, Model, Said};
use crate::shop::{Figures, Held, START, Shop};

#[derive(Clone, Copy, Debug)]
enum Step {
    Do(Command),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        9 => prop::sample::select(Command::ALL.to_vec()).prop_map(Step::Do),
        1 => Just(Step::Restart),
    ]
}

fn said<T>(outcome: Result<T, EngineError>) -> (Said, Option<T>) {
    match outcome {
        Ok(value) => (Said::Done, Some(value)),
        Err(EngineError::Refused(refusal)) => (small::said(&refusal), None),
        Err(failure) => panic!("nothing may fail here: {failure}"),
    }
}

async fn run(steps: &[Step]) {
    let mut shop = Shop::open(Figures { rule: StepUpRule::Always, ..Figures::default() }).await;
    let mut model = Model::default();
    let mut now = START;
    let mut held: Vec<Held> = Vec::new();
    for (nth, step) in steps.iter().enumerate() {
        let seed = nth as u64 + 1;
        match step {
            Step::Restart => shop.restart().await,
            Step::Do(command) => {
                let expected = model.run(*command, since(now));
                let answer = run_one(&shop, *command, &held, &mut now, seed).await;
                assert_eq!(answer.0, expected, "step {nth} of {steps:?}");
                held.extend(answer.1);
            }
        }
        let works: Vec<bool> = held.iter().map(|held| shop.works(held, now)).collect();
        assert_eq!(works, model.works(since(now)), "after step {nth} of {steps:?}");
    }
}

fn since(now: Timestamp) -> i64 {
    now.as_millis() - START.as_millis()
}

async fn run_one(
    shop: &Shop,
    command: Command,
    held: &[Held],
    now: &mut Timestamp,
    seed: u64,
) -> (Said, Option<Held>) {
    let regenerates = async |old, end_retiring| {
        let Some(first) = held.first() else { return (Said::NothingThere, None) };
        let request = RegenerateRequest { old, expected_current: None, end_retiring };
        let (answer, replaced) = said(shop.regenerates(&first.key, &request, *now, seed).await);
        (answer, replaced.map(|replaced| Held::from(replaced.issued)))
    };
    match command {
        Command::Generate => {
            let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
            let (engine, rng) = (&shop.engine, &mut seeded(seed));
            let outcome = engine
                .generate_by_operator(&shop.operator, &shop.account.id, &request, None, *now, rng)
                .await;
            let (answer, issued) = said(outcome);
            (answer, issued.map(Held::from))
        }
        Command::RegenerateNow => regenerates(OldPair::Now, false).await,
        Command::RegenerateNowEndingRetiring => regenerates(OldPair::Now, true).await,
        Command::RegenerateIn24Hours => regenerates(OldPair::In24Hours, false).await,
        Command::DeactivateCurrent | Command::DeactivateRetiring => {
            let Some(first) = held.first() else { return (Said::NothingThere, None) };
            let key = shop.engine.store().key(&first.key).await.expect("readable").expect("it was made");
            let pair = match command {
                Command::DeactivateCurrent => key.current(*now).map(|pair| pair.key_id),
                _ => key.retiring(*now).map(|(pair, _)| pair.key_id),
            };
            match pair {
                Some(key_id) => (said(shop.deactivates(&key_id, *now, seed).await).0, None),
                None => (Said::NothingThere, None),
            }
        }
        Command::Wait(millis) => {
            *now = *now + Duration::from_millis(millis);
            (Said::Done, None)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_in_whatever_order_and_however_often_it_restarts_the_right_secrets_work(
        steps in prop::collection::vec(step(), 1..24)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(run(&steps));
    }
}

#[test]
fn the_model_counts_a_day_as_the_product_does() {
    assert_eq!(small::DAY, DAY.as_millis());
    assert_eq!(small::said(&Refusal::NothingToRegenerate), Said::NothingThere);
}
