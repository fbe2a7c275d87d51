//! The ledger as accountants read it: what goes through all journals.
//!
//! Deliberately absent: haste. It reads every journal there is.

use std::ops::ControlFlow;

use gongji_domain::books::TrialBalance;
use gongji_store::{Page, Part, Store, StoreError, WholeJournal};
use gongji_words::Day;

use crate::error::ServiceError;
use crate::node::Node;

/// Goes through all journals.
///
/// # Errors
/// [`ServiceError`] of the store; [`StoreError::Damaged`] at the first row that is not what was written.
pub async fn each_journal(store: &Store, look: &mut (dyn FnMut(&WholeJournal) + Send)) -> Result<(), ServiceError> {
    let mut damaged = None;
    let mut take = |page| match page {
        Page::Journals(page) => {
            page.iter().for_each(&mut *look);
            ControlFlow::Continue(())
        }
        Page::Damaged(mut page) => {
            damaged = page.pop();
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    };
    store.read_out(&[Part::Journals], &mut take).await?;
    match damaged {
        Some(one) => Err(StoreError::Damaged { table: one.table, row: one.row, why: one.why }.into()),
        None => Ok(()),
    }
}

/// All that was entered until the end of a day, by position.
///
/// # Errors
/// As [`each_journal`].
pub async fn trial_balance(store: &Store, on: Day) -> Result<TrialBalance, ServiceError> {
    let mut balance = TrialBalance::default();
    let mut count = |whole: &WholeJournal| {
        if whole.journal.at.day() <= on {
            whole.entries.iter().for_each(|entry| balance.enter(entry));
        }
    };
    each_journal(store, &mut count).await?;
    Ok(balance)
}

impl Node {
    /// All that was entered until the end of a day, by position.
    ///
    /// # Errors
    /// As [`each_journal`].
    pub async fn trial_balance(&self, on: Day) -> Result<TrialBalance, ServiceError> {
        trial_balance(self.store(), on).await
    }
}
