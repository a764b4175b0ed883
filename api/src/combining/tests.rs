use super::*;
use futures_util::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

type Lanes = Combiner<&'static str, usize, (usize, usize)>;

/// Answers each job with itself and the size of its batch.
async fn serve(batches: Arc<Mutex<Vec<Vec<usize>>>>, jobs: Vec<usize>) -> Vec<(usize, usize)> {
    sleep(Duration::from_millis(5)).await;
    let size = jobs.len();
    let answers = jobs.iter().map(|job| (*job, size)).collect();
    batches.lock().unwrap().push(jobs);
    answers
}

async fn crowd(lanes: &Lanes, number: usize) -> (Vec<(usize, usize)>, Vec<Vec<usize>>) {
    let batches = Arc::new(Mutex::default());
    let each = (0..number).map(|job| {
        let batches = Arc::clone(&batches);
        lanes.run("one", job, |jobs| serve(batches, jobs))
    });
    let answers = join_all(each).await.into_iter().map(Result::unwrap);
    let answers = answers.collect();
    let batches = batches.lock().unwrap().clone();
    (answers, batches)
}

#[tokio::test]
async fn everybody_is_served_once_in_order_and_gets_the_own_answer() {
    let lanes = Lanes::new(64);

    let (answers, batches) = crowd(&lanes, 200).await;

    let jobs: Vec<usize> = answers.iter().map(|(job, _)| *job).collect();
    assert_eq!(jobs, (0..200).collect::<Vec<_>>());
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 64, 64, 64, 7]);
    assert_eq!(batches.concat(), jobs, "served in the order of arrival");
    assert!(lanes.lanes().is_empty(), "no lane is left behind");
}

#[tokio::test]
async fn one_at_most_serves_each_alone() {
    let (answers, batches) = crowd(&Lanes::new(1), 5).await;

    assert!(answers.iter().all(|(_, size)| *size == 1));
    assert_eq!(batches.len(), 5);
}

#[tokio::test]
async fn different_keys_do_not_wait_for_each_other() {
    let lanes: Combiner<&str, usize, usize> = Combiner::new(64);
    let never = lanes.run("slow", 1, |_| std::future::pending());
    let other = lanes.run("fast", 2, async |jobs| jobs);

    tokio::select! {
        _ = never => panic!("it never ends"),
        answer = other => assert_eq!(answer, Ok(2)),
    }
}

#[tokio::test]
async fn whoever_goes_away_while_serving_leaves_the_turn_to_the_next() {
    let lanes: Combiner<&str, usize, usize> = Combiner::new(64);
    let mut first = Box::pin(lanes.run("one", 1, |_| std::future::pending()));
    let mut second = Box::pin(lanes.run("one", 2, async |jobs| jobs));
    let mut third = Box::pin(lanes.run("one", 3, async |jobs| jobs));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    assert!(futures_util::poll!(&mut third).is_pending());

    drop(first);

    assert_eq!(second.await, Ok(2));
    assert_eq!(third.await, Ok(3), "the second has served the third");
}

#[tokio::test]
async fn whoever_goes_away_while_waiting_is_passed_by() {
    let lanes: Combiner<&str, usize, usize> = Combiner::new(64);
    let (go, gone) = oneshot::channel::<()>();
    let first = lanes.run("one", 1, async |jobs| {
        gone.await.expect("a sign to go on");
        jobs
    });
    let mut first = Box::pin(first);
    let mut second = Box::pin(lanes.run("one", 2, async |jobs| jobs));
    let mut third = Box::pin(lanes.run("one", 3, async |jobs| jobs));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    assert!(futures_util::poll!(&mut third).is_pending());

    drop(second);
    go.send(()).unwrap();

    assert_eq!(first.await, Ok(1));
    assert_eq!(third.await, Ok(3));
}

#[tokio::test]
async fn whose_server_breaks_down_learns_it_and_the_lane_goes_on() {
    let lanes: Combiner<&str, usize, usize> = Combiner::new(64);
    let mut first = Box::pin(lanes.run("one", 1, async |_| {
        tokio::task::yield_now().await;
        vec![1]
    }));
    let mut second = Box::pin(lanes.run("one", 2, |_| std::future::pending()));
    let mut third = Box::pin(lanes.run("one", 3, async |jobs| jobs));
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    assert!(futures_util::poll!(&mut third).is_pending());
    assert_eq!(first.await, Ok(1));
    assert!(futures_util::poll!(&mut second).is_pending());

    drop(second);

    assert_eq!(third.await, Err(LeftAlone));
    let fourth = lanes.run("one", 4, async |jobs| jobs).await;
    assert_eq!(fourth, Ok(4));
}
