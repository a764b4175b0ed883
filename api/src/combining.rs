//! Combining: those who wait for the same thing are served together by one of them.
//!
//! While one batch is served, whoever comes for the same key waits in its lane. When the batch is done, the first in
//! the lane takes everybody who waits, in the order in which they came, and serves them all. Nobody serves more than
//! one batch, so nobody's answer waits for those who came later. A lane is there only while somebody is in it.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Lanes by key, for jobs that are answered.
pub struct Combiner<K, J, A> {
    lanes: Mutex<HashMap<K, VecDeque<Waiting<J, A>>>>,
    most: usize,
}

/// Somebody in a lane.
struct Waiting<J, A> {
    job: J,
    told: oneshot::Sender<Told<J, A>>,
}

/// What somebody in a lane is told.
enum Told<J, A> {
    /// Another has served it.
    Answer(A),
    /// It is its turn to serve: itself first, and those behind it.
    Serve(J, Vec<Waiting<J, A>>),
}

/// Whoever serves stopped in the middle: whether the job was done is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftAlone;

impl<K: Clone + Eq + Hash, J, A> Combiner<K, J, A> {
    /// Serves so many together at most; one serves everybody alone and side by side.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            lanes: Mutex::default(),
            most: most.max(1),
        }
    }

    /// Has the job served with those that wait for the same key. `serve` answers each of its jobs, in their order.
    pub async fn run<W>(
        &self,
        key: K,
        job: J,
        serve: impl FnOnce(Vec<J>) -> W,
    ) -> Result<A, LeftAlone>
    where
        W: Future<Output = Vec<A>>,
    {
        if self.most == 1 {
            return serve(vec![job]).await.pop().ok_or(LeftAlone);
        }
        let (job, others) = match self.enter(&key, job) {
            Ok(job) => (job, Vec::new()),
            Err(told) => match told.await {
                Ok(Told::Answer(answer)) => return Ok(answer),
                Ok(Told::Serve(job, others)) => (job, others),
                Err(_) => return Err(LeftAlone),
            },
        };
        // Held until the batch is answered; given up, the next in the lane serves, also after a panic.
        let _turn = Turn {
            combiner: self,
            key: &key,
        };
        let (jobs, told): (Vec<J>, Vec<_>) = others
            .into_iter()
            .map(|waiting| (waiting.job, waiting.told))
            .unzip();
        let mut answers = serve([job].into_iter().chain(jobs).collect())
            .await
            .into_iter();
        let own = answers.next().ok_or(LeftAlone);
        for (told, answer) in told.into_iter().zip(answers) {
            // Whoever has gone meanwhile needs no answer.
            let _gone = told.send(Told::Answer(answer));
        }
        own
    }

    /// Takes the turn if nobody has it, or a place in the lane.
    fn enter(&self, key: &K, job: J) -> Result<J, oneshot::Receiver<Told<J, A>>> {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get_mut(key) {
            let (told, tells) = oneshot::channel();
            lane.push_back(Waiting { job, told });
            return Err(tells);
        }
        lanes.insert(key.clone(), VecDeque::new());
        Ok(job)
    }

    /// Gives the turn to the first in the lane, with those behind it.
    fn pass_on(&self, key: &K) {
        let mut lanes = self.lanes();
        let Some(lane) = lanes.get_mut(key) else {
            return;
        };
        while let Some(first) = lane.pop_front() {
            let behind = lane.len().min(self.most - 1);
            let others = lane.drain(..behind).collect();
            match first.told.send(Told::Serve(first.job, others)) {
                Ok(()) => return,
                // It has gone; those behind it stay where they were.
                Err(Told::Serve(_, others)) => {
                    for waiting in others.into_iter().rev() {
                        lane.push_front(waiting);
                    }
                }
                Err(Told::Answer(_)) => {}
            }
        }
        lanes.remove(key);
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<K, VecDeque<Waiting<J, A>>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn to serve a lane.
struct Turn<'c, K: Clone + Eq + Hash, J, A> {
    combiner: &'c Combiner<K, J, A>,
    key: &'c K,
}

impl<K: Clone + Eq + Hash, J, A> Drop for Turn<'_, K, J, A> {
    fn drop(&mut self) {
        self.combiner.pass_on(self.key);
    }
}

#[cfg(test)]
mod tests;
