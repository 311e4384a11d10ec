//! A transaction that is open on a connection. Statements that answer nothing wait until an answer is needed, and then go out
//! together: a decision with ten statements costs two journeys to the database, and the locks it holds are held as short.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use super::failure::Trouble;
use super::value::{can_be_held, record, type_of};
use crate::driver::{StoreError, Transaction};
use crate::value::{Record, Value};

/// A statement that has not been sent yet.
enum Waiting {
    /// Begins or ends something.
    Control(&'static str),
    /// Must touch exactly one row.
    One(&'static str, Vec<Value>),
    /// May touch any number of rows.
    Any(&'static str, Vec<Value>),
    /// Answers rows.
    Rows(&'static str, Vec<Value>),
}

type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'a>>;

/// An open transaction.
pub(super) struct Open<'a> {
    client: &'a Client,
    waiting: Vec<Waiting>,
    /// The first thing that went wrong.
    trouble: Option<Trouble>,
}

impl<'a> Open<'a> {
    pub(super) const fn on(client: &'a Client) -> Self {
        Self { client, waiting: Vec::new(), trouble: None }
    }

    /// Sends a statement that begins or ends something with the next ones.
    pub(super) fn control(&mut self, sql: &'static str) {
        self.waiting.push(Waiting::Control(sql));
    }

    /// What went wrong since this was asked last. An error that came from no statement is the piece's own. What waits is
    /// forgotten, but for what began something: that has to be there to be undone.
    pub(super) fn trouble(&mut self, error: StoreError) -> Trouble {
        self.waiting.retain(|waiting| matches!(waiting, Waiting::Control(_)));
        self.trouble.take().unwrap_or(Trouble::Refused(error))
    }

    /// Sends what waits and returns the answers to those that were asked for rows.
    async fn send(&mut self) -> Result<Vec<Vec<Record>>, StoreError> {
        let client = self.client;
        let sent = self
            .waiting
            .drain(..)
            .map(|waiting| -> Answering<'_, Option<Vec<Record>>> { Box::pin(answer(client, waiting)) });
        let mut answers = Vec::new();
        for answered in in_order(sent.collect()).await {
            match answered {
                Ok(rows) => answers.extend(rows),
                Err(trouble) => {
                    // What came after it was refused because of it.
                    self.trouble.get_or_insert(trouble.clone());
                    return Err(trouble.into_error());
                }
            }
        }
        Ok(answers)
    }
}

/// Lets all begin in their order before the first is waited for.
async fn in_order<T>(mut futures: Vec<Answering<'_, T>>) -> Vec<Result<T, Trouble>> {
    let mut answers: Vec<Option<Result<T, Trouble>>> = Vec::with_capacity(futures.len());
    poll_fn(|context| {
        for future in &mut futures {
            answers.push(match future.as_mut().poll(context) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            });
        }
        Poll::Ready(())
    })
    .await;
    let mut ordered = Vec::with_capacity(futures.len());
    for (future, answer) in futures.into_iter().zip(answers) {
        ordered.push(match answer {
            Some(answer) => answer,
            None => future.await,
        });
    }
    ordered
}

/// Statements have no names: a pooler between us and the database may give each transaction another connection of its own,
/// where a name means nothing, or something else.
async fn answer(client: &Client, waiting: Waiting) -> Result<Option<Vec<Record>>, Trouble> {
    let wrong = |error| Trouble::of(&error);
    match waiting {
        Waiting::Control(sql) => client.batch_execute(sql).await.map_err(wrong).map(|()| None),
        Waiting::One(sql, params) => match client.execute_typed(sql, &typed(&params)).await.map_err(wrong)? {
            1 => Ok(None),
            _ => Err(Trouble::Refused(StoreError::Conflict)),
        },
        Waiting::Any(sql, params) => {
            client.execute_typed(sql, &typed(&params)).await.map_err(wrong).map(|_| None)
        }
        Waiting::Rows(sql, params) => {
            let rows = client.query_typed(sql, &typed(&params)).await.map_err(wrong)?;
            let records = rows.iter().map(record).collect::<Result<_, _>>().map_err(Trouble::Refused)?;
            Ok(Some(records))
        }
    }
}

/// Parameters with the types they are sent as.
pub(super) fn typed(params: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    params.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value))).collect()
}

fn held(params: Vec<Value>) -> Result<Vec<Value>, StoreError> {
    if can_be_held(&params) { Ok(params) } else { Err(StoreError::Conflict) }
}

impl Transaction for Open<'_> {
    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError> {
        self.send().await?;
        let params = held(params)?;
        let touched = self.client.execute_typed(sql, &typed(&params)).await;
        touched.map_err(|error| {
            let trouble = Trouble::of(&error);
            self.trouble.get_or_insert(trouble.clone());
            trouble.into_error()
        })
    }

    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.waiting.push(Waiting::Rows(sql, held(params)?));
        Ok(self.send().await?.pop().unwrap_or_default())
    }

    async fn exactly_one(&mut self, sql: &'static str, params: Vec<Value>) -> Result<(), StoreError> {
        self.waiting.push(Waiting::One(sql, held(params)?));
        Ok(())
    }

    async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<(), StoreError> {
        self.waiting.push(Waiting::Any(sql, held(params)?));
        Ok(())
    }

    async fn rows_of_each(
        &mut self,
        statements: Vec<(&'static str, Vec<Value>)>,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        for (sql, params) in statements {
            self.waiting.push(Waiting::Rows(sql, held(params)?));
        }
        self.send().await
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        self.send().await.map(drop)
    }
}
