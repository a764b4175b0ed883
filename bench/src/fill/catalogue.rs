//! Trainings, who gives them and with whom they are shared.

use super::{PIECE, World};
use crate::{
    Result,
    bulk::Bulk,
    dice::Dice,
    progress::Progress,
    words::{KINDS, SENTENCES, SETTINGS, TOPICS},
};
use chrono::TimeDelta;
use entity::{
    id::{OrganisationId, TrainingId},
    kind::{
        PartlyCounts, SharingLevel, SubjectArea, TargetAudience, TrainingFormat, TrainingStatus,
    },
    search_text::{fold, swedish_sort_key},
    training, training_audience, training_organiser, training_share, training_subject,
};
use sea_orm::Iterable;

/// What the occasions need to know of a training.
pub(super) struct Made {
    pub id: TrainingId,
    pub status: TrainingStatus,
    pub sharing: SharingLevel,
}

/// Of a hundred trainings, so many are shared so far.
const SHARING: [(SharingLevel, usize); 5] = [
    (SharingLevel::Organisation, 5),
    (SharingLevel::Selected, 10),
    (SharingLevel::County, 45),
    (SharingLevel::Partners, 25),
    (SharingLevel::Public, 15),
];

/// One training and what belongs to it.
struct Whole {
    training: training::Model,
    organisers: Vec<training_organiser::Model>,
    subjects: Vec<training_subject::Model>,
    audiences: Vec<training_audience::Model>,
    shares: Vec<training_share::Model>,
}

/// Writes the trainings.
pub(super) async fn fill(bulk: &mut Bulk, world: &mut World) -> Result<()> {
    let all = world.plan.size.trainings;
    let mut progress = Progress::of("trainings", all);
    for first in (0..all).step_by(PIECE) {
        let piece = first..all.min(first + PIECE);
        let mut wholes: Vec<Whole> = piece.clone().map(|number| whole(world, number)).collect();
        world.trainings.extend(wholes.iter().map(|whole| Made {
            id: whole.training.id,
            status: whole.training.status,
            sharing: whole.training.sharing,
        }));
        let rows = wholes.iter().map(|whole| whole.training.clone());
        bulk.write::<training::Entity>(rows).await?;
        let rows = wholes
            .iter_mut()
            .flat_map(|whole| whole.organisers.drain(..));
        bulk.write::<training_organiser::Entity>(rows).await?;
        let rows = wholes.iter_mut().flat_map(|whole| whole.subjects.drain(..));
        bulk.write::<training_subject::Entity>(rows).await?;
        let rows = wholes
            .iter_mut()
            .flat_map(|whole| whole.audiences.drain(..));
        bulk.write::<training_audience::Entity>(rows).await?;
        let rows = wholes.iter_mut().flat_map(|whole| whole.shares.drain(..));
        bulk.write::<training_share::Entity>(rows).await?;
        progress.add(piece.len());
    }
    progress.end();
    Ok(())
}

fn sharing(dice: &mut Dice) -> SharingLevel {
    let mut thrown = dice.below(100);
    for (level, chance) in SHARING {
        if thrown < chance {
            return level;
        }
        thrown -= chance;
    }
    SharingLevel::Public
}

fn whole(world: &World, number: usize) -> Whole {
    let plan = world.plan;
    let mut dice = plan.dice("training", number);
    let county = world.county_of(number);
    let training = training(world, number, &mut dice);
    let mut organisers = organisers(world, county, &mut dice);
    let accountable = organisers[0];
    organisers.sort_unstable();
    organisers.dedup();
    let id = training.id;
    let shares = if training.sharing == SharingLevel::Selected {
        let mut shares: Vec<_> = (0..4)
            .map(|_| world.organisations[world.organisation_in(county, &mut dice)])
            .collect();
        shares.sort_unstable();
        shares.dedup();
        shares
    } else {
        Vec::new()
    };
    let subjects: Vec<_> = SubjectArea::iter().collect();
    let audiences: Vec<_> = TargetAudience::iter().collect();
    Whole {
        subjects: vec![training_subject::Model {
            training_id: id,
            subject_area: *dice.pick(&subjects),
        }],
        audiences: (0..usize::from(dice.percent(30)))
            .map(|_| training_audience::Model {
                training_id: id,
                audience: *dice.pick(&audiences),
            })
            .collect(),
        organisers: organisers
            .into_iter()
            .map(|organisation_id| training_organiser::Model {
                training_id: id,
                organisation_id,
                confirmed_at: training.published_at,
                sees_participants: organisation_id == accountable,
            })
            .collect(),
        shares: shares
            .into_iter()
            .map(|organisation_id| training_share::Model {
                training_id: id,
                organisation_id,
            })
            .collect(),
        training: training::Model {
            accountable_organisation_id: accountable,
            ..training
        },
    }
}

/// Two organisers of a training, or three; often the region, the county board or a municipality. The first is the
/// accountable one.
fn organisers(world: &World, county: usize, dice: &mut Dice) -> Vec<OrganisationId> {
    let counties = world.plan.size.counties;
    let mut organisers = vec![world.organisations[county + counties * dice.below(12)]];
    for _ in 0..=dice.below(2) {
        organisers.push(world.organisations[world.organisation_in(county, dice)]);
    }
    organisers
}

fn training(world: &World, number: usize, dice: &mut Dice) -> training::Model {
    let plan = world.plan;
    let title = format!(
        "{} {}: {} {number}",
        dice.pick(&TOPICS),
        dice.pick(&SETTINGS),
        dice.pick(&KINDS)
    );
    let sentences: Vec<&str> = (0..5).map(|_| *dice.pick(&SENTENCES)).collect();
    let description = sentences.join(" ");
    let status = match dice.below(100) {
        0..8 => TrainingStatus::Draft,
        8..16 => TrainingStatus::Archived,
        _ => TrainingStatus::Published,
    };
    let created_at = plan.now - TimeDelta::days(dice.between(330, 700));
    let published_at = (status != TrainingStatus::Draft).then(|| created_at + TimeDelta::days(7));
    let formats: Vec<_> = TrainingFormat::iter().collect();
    training::Model {
        id: TrainingId::from_uuid(dice.id(created_at)),
        search_text: fold(&format!("{title} {description}")),
        sort_title: swedish_sort_key(&title),
        title,
        description,
        format: *dice.pick(&formats),
        status,
        sharing: sharing(dice),
        county_code: Some(world.counties[world.county_of(number)].row.code.clone()),
        accountable_organisation_id: world.organisations[0],
        programme_id: None,
        qualifies_for: None,
        url: None,
        period: None,
        completion_share: None,
        partly_counts: PartlyCounts::Nothing,
        valid_months: None,
        for_groups: false,
        published_at,
        created_at,
        updated_at: published_at.unwrap_or(created_at),
        version: 1,
    }
}
