//! When people are taken up elsewhere, whichever organisation signed them up.

use crate::{
    domain::occasion::{TimeBlock, overlaps},
    error::Result,
    policy::person::is_member,
    viewer::Viewer,
};
use entity::{
    id::{OccasionId, OrganisationId, PersonId},
    kind::{SeatReason, SignUpStatus},
    membership, person, sign_up, time_block,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What keeps somebody from a place at an occasion, whoever made it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// A place there already, confirmed or waiting.
    AlreadySignedUp,
    /// A confirmed place elsewhere at the same time.
    Overlapping,
}

impl Viewer {
    /// What keeps the viewer's own person from a place at each of the occasions; absent: nothing does. Places
    /// count whichever organisation signed the person up, as they do when the person tries.
    pub async fn hindrances(
        &self,
        occasions: &[OccasionId],
    ) -> Result<HashMap<OccasionId, Hindrance>> {
        use sign_up::Column as S;
        let Some(person) = self.person() else {
            return Ok(HashMap::new());
        };
        let places = sign_up::Entity::find()
            .filter(S::PersonId.eq(person))
            .filter(S::Status.is_in(SignUpStatus::STANDING))
            .all(&self.db.reader())
            .await?;
        if places.is_empty() {
            return Ok(HashMap::new());
        }
        let wanted = occasions.iter().copied();
        let wanted = wanted.chain(places.iter().map(|place| place.occasion_id));
        let blocks = time_block::Entity::find()
            .filter(time_block::Column::OccasionId.is_in(wanted))
            .all(&self.db.reader())
            .await?;
        let times_of = |occasion: OccasionId| -> Vec<TimeBlock> {
            let own = blocks.iter().filter(|row| row.occasion_id == occasion);
            own.map(|row| (row.starts_at, row.ends_at)).collect()
        };
        let busy: Vec<TimeBlock> = places
            .iter()
            .filter(|place| place.status == SignUpStatus::Confirmed)
            .flat_map(|place| times_of(place.occasion_id))
            .collect();
        let hindrance = |occasion: OccasionId| {
            if places.iter().any(|place| place.occasion_id == occasion) {
                return Some((occasion, Hindrance::AlreadySignedUp));
            }
            overlaps(&times_of(occasion), &busy).then_some((occasion, Hindrance::Overlapping))
        };
        Ok(occasions.iter().copied().filter_map(hindrance).collect())
    }

    /// When each of the people has a confirmed place at another occasion. The people are held until the
    /// transaction ends: two requests for two occasions at one time cannot both find them free.
    pub async fn busy_times(
        &self,
        except: OccasionId,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Vec<TimeBlock>>> {
        let writer = self.db.writer();
        person::Entity::find()
            .select_only()
            .column(person::Column::Id)
            .filter(person::Column::Id.is_in(people.iter().copied()))
            // In one order everywhere, so that two requests cannot wait for each other.
            .order_by_asc(person::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<PersonId>()
            .all(&writer)
            .await?;
        self.confirmed_elsewhere(except, people).await
    }

    /// Those in the line of an occasion who cannot take a seat now, and why.
    pub(super) async fn kept_in_line(
        &self,
        occasion: OccasionId,
        line: &[sign_up::Model],
    ) -> Result<BTreeMap<PersonId, SeatReason>> {
        let busy = self.busy_in_line(occasion, line).await?;
        let left = self.left_in_line(line).await?;
        let busy = busy.into_iter();
        Ok(busy
            .map(|person| (person, SeatReason::BusyElsewhere))
            .chain(left.map(|person| (person, SeatReason::MembershipEnded)))
            .collect())
    }

    /// Those of some sign-ups who have left the organisation that signed them up.
    pub(crate) async fn left_in_line(
        &self,
        line: &[sign_up::Model],
    ) -> Result<impl Iterator<Item = PersonId> + use<>> {
        use membership::Column as M;
        let people: BTreeSet<(OrganisationId, PersonId)> = line
            .iter()
            .filter_map(|row| Some((row.organisation_id, row.person_id?)))
            .collect();
        let staying: Vec<(OrganisationId, PersonId)> = if people.is_empty() {
            Vec::new()
        } else {
            membership::Entity::find()
                .select_only()
                .columns([M::OrganisationId, M::PersonId])
                .filter(M::PersonId.is_in(people.iter().map(|(_, person)| *person)))
                .filter(is_member(self.now()))
                .into_tuple()
                .all(&self.db.writer())
                .await?
        };
        let left = people.into_iter().filter(move |one| !staying.contains(one));
        Ok(left.map(|(_, person)| person))
    }

    /// Those in the line of an occasion who have a confirmed place elsewhere at the same time.
    ///
    /// They are not held: whoever moves up at two occasions in the same instant has both places.
    pub(super) async fn busy_in_line(
        &self,
        occasion: OccasionId,
        line: &[sign_up::Model],
    ) -> Result<BTreeSet<PersonId>> {
        let people: Vec<PersonId> = line.iter().filter_map(|row| row.person_id).collect();
        if people.is_empty() {
            return Ok(BTreeSet::new());
        }
        let elsewhere = self.confirmed_elsewhere(occasion, &people).await?;
        if elsewhere.is_empty() {
            return Ok(BTreeSet::new());
        }
        let blocks: Vec<TimeBlock> = time_block::Entity::find()
            .filter(time_block::Column::OccasionId.eq(occasion))
            .all(&self.db.writer())
            .await?
            .into_iter()
            .map(|row| (row.starts_at, row.ends_at))
            .collect();
        let busy = elsewhere
            .into_iter()
            .filter(|(_, times)| overlaps(&blocks, times));
        Ok(busy.map(|(person, _)| person).collect())
    }

    pub(in crate::viewer) async fn confirmed_elsewhere(
        &self,
        except: OccasionId,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Vec<TimeBlock>>> {
        use sign_up::Column as S;
        let writer = self.db.writer();
        let places = sign_up::Entity::find()
            .filter(S::PersonId.is_in(people.iter().copied()))
            .filter(S::Status.eq(SignUpStatus::Confirmed))
            .filter(S::OccasionId.ne(except))
            .all(&writer)
            .await?;
        if places.is_empty() {
            return Ok(HashMap::new());
        }
        let occasions = places.iter().map(|place| place.occasion_id);
        let blocks = time_block::Entity::find()
            .filter(time_block::Column::OccasionId.is_in(occasions))
            .all(&writer)
            .await?;
        let mut busy: HashMap<PersonId, Vec<TimeBlock>> = HashMap::new();
        for place in places {
            let own = blocks
                .iter()
                .filter(|block| block.occasion_id == place.occasion_id);
            let Some(person) = place.person_id else {
                continue;
            };
            busy.entry(person)
                .or_default()
                .extend(own.map(|block| (block.starts_at, block.ends_at)));
        }
        Ok(busy)
    }
}
