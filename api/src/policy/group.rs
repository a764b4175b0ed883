//! Groups and their seats.
//!
//! A group's name, purposes, organisations and seats are seen as far as it is shared, and by the organisations that
//! convene it or have a seat. Its papers are for its members: whoever holds a seat today, has joined it, or is a member
//! by role; that one's organisation has a seat, or convenes the group, is not enough. Every request asks for the seat
//! again, so that what one may read ends with it: in the statement itself, or, for the page of a group, once beside the
//! group (decision 32).

use super::{
    Part, Policy, ShowsPerson, appointment,
    catalogue::shared,
    nobody,
    organisation::{is_own, oneself, own},
    select, where_visible,
};
use crate::viewer::{Viewer, rounded};
use entity::{
    group, group_convener, group_desk, group_letterbox, group_member, group_notice, group_office,
    group_person, group_purpose, group_responsible_role, group_room, group_seat, group_share,
    group_subject, group_task,
    id::{GroupId, OrganisationId},
    kind::{
        GroupKind, GroupNoticeKind, GroupRole, MembershipSource, OrganisationKind, Role,
        SharingLevel,
    },
    organisation, seat_holder, seat_mandate, seat_occupancy,
};
use sea_orm::{ActiveValue, ColumnTrait, Condition, sea_query::SelectStatement};

/// The seats that somebody holds on the viewer's day.
pub(crate) fn held_today(viewer: &Viewer) -> Condition {
    use seat_holder::Column as H;
    Condition::all().add(H::FromDay.lte(viewer.today())).add(
        Condition::any()
            .add(H::UntilDay.is_null())
            .add(H::UntilDay.gt(viewer.today())),
    )
}

/// The seats that stand on the viewer's day.
pub(crate) fn standing(viewer: &Viewer) -> Condition {
    use group_seat::Column as S;
    Condition::any()
        .add(S::EndsOn.is_null())
        .add(S::EndsOn.gt(viewer.today()))
}

/// The people who are in a group on the viewer's day, by whatever.
pub(crate) fn in_it_today(viewer: &Viewer) -> Condition {
    use group_person::Column as P;
    let today = viewer.today();
    let lasts = |column: P| Condition::any().add(column.is_null()).add(column.gt(today));
    Condition::all()
        .add(
            Condition::any()
                .add(P::FromDay.is_null())
                .add(P::FromDay.lte(today)),
        )
        .add(lasts(P::UntilDay))
        .add(lasts(P::EndsOn))
}

/// The seats that the viewer holds today, for the organisation that it acts for.
pub(crate) fn own_seat(viewer: &Viewer) -> Condition {
    use group_seat::Column as S;
    let (Some(acting), Some(person)) = (viewer.acting(), viewer.person()) else {
        return nobody();
    };
    let held = select::<seat_holder::Entity>(
        seat_holder::Column::SeatId,
        held_today(viewer).add(seat_holder::Column::PersonId.eq(person)),
    );
    Condition::all()
        .add(S::OrganisationId.eq(acting.organisation))
        .add(standing(viewer))
        .add(S::Id.in_subquery(held))
}

/// By what a viewer is in a group, or keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Holds a seat.
    Seat,
    /// Holds a seat as convener, chair or secretary.
    Office,
    /// Has joined.
    Joining,
    /// Is a member of a network by role.
    Role,
    /// Has a role that is responsible for the group, in an organisation that convenes it.
    Responsibility,
    /// Is a coordinator of an organisation that convenes the group, which has no seats.
    Convening,
}

impl By {
    /// All of them; each is told by its place here.
    pub(crate) const ALL: [Self; 6] = [
        Self::Seat,
        Self::Office,
        Self::Joining,
        Self::Role,
        Self::Responsibility,
        Self::Convening,
    ];

    /// By what somebody stands to a group who stands to it by this: whoever keeps it on a seat holds one.
    pub(crate) fn implied(self) -> &'static [Self] {
        match self {
            Self::Seat => &[Self::Seat],
            Self::Office => &[Self::Office, Self::Seat],
            Self::Joining => &[Self::Joining],
            Self::Role => &[Self::Role],
            Self::Responsibility => &[Self::Responsibility],
            Self::Convening => &[Self::Convening],
        }
    }

    /// What makes somebody a member.
    pub(crate) const MEMBER: [Self; 3] = [Self::Seat, Self::Joining, Self::Role];

    /// What lets somebody keep the papers.
    const OFFICER: [Self; 3] = [Self::Office, Self::Responsibility, Self::Convening];

    /// What lets somebody read them: whoever keeps them on a seat is a member.
    const READER: [Self; 5] = [
        Self::Seat,
        Self::Joining,
        Self::Role,
        Self::Responsibility,
        Self::Convening,
    ];

    /// The groups that the viewer stands to by it, as a subquery of their ids.
    pub(crate) fn groups(self, viewer: &Viewer) -> SelectStatement {
        match self {
            Self::Seat => seats_of(Condition::all(), viewer),
            Self::Office => seats_of(
                Condition::all().add(group_seat::Column::Role.is_in(GroupRole::OFFICERS)),
                viewer,
            ),
            Self::Joining => joined(viewer),
            Self::Role => networks(viewer),
            Self::Responsibility => responsibilities(viewer),
            Self::Convening => convened_without_seats(viewer),
        }
    }
}

/// The groups that a viewer is in or keeps, found once for a request that reads: the rules of papers then compare ids
/// instead of asking each statement for seats, memberships, roles and conveners again.
#[derive(Debug)]
pub(crate) struct Standing(Vec<(GroupId, By)>);

impl Standing {
    /// From the rows of the statement that finds them.
    pub(crate) fn new(found: Vec<(GroupId, By)>) -> Self {
        Self(found)
    }

    /// Whether the viewer reads the papers of all these groups.
    pub(crate) fn reads_all(&self, groups: &[GroupId]) -> bool {
        let reads = |group: &GroupId| {
            let mut found = self.0.iter();
            found.any(|(one, by)| one == group && By::READER.contains(by))
        };
        groups.iter().all(reads)
    }

    fn groups(&self, by: &[By]) -> Vec<GroupId> {
        let mut groups: Vec<GroupId> = self
            .0
            .iter()
            .filter(|(_, one)| by.contains(one))
            .map(|(group, _)| *group)
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}

/// Rows of which somebody who is known to read the papers of a group sees what there is by a shorter rule.
///
/// The rule finds the same rows of those groups as [`Policy::visible`] does, and none of others: what else opens a row, that
/// the group is shared, a guest's invitation or an entry in a register, opens nothing more to whoever reads the papers.
pub(crate) trait Paper: Policy {
    /// Which rows of these groups the viewer may read, who reads the papers of each of them.
    fn in_groups_read(groups: &[GroupId], viewer: &Viewer) -> Condition;
}

/// Gives rows that whoever reads a group's papers sees all of that rule.
macro_rules! seen_by_readers {
    ($table:ident) => {
        impl $crate::policy::group::Paper for $table::Entity {
            fn in_groups_read(groups: &[entity::id::GroupId], _: &Viewer) -> Condition {
                $crate::policy::group::of_groups($table::Column::GroupId, groups)
            }
        }
    };
}

pub(super) use seen_by_readers;

/// The rows of some groups.
pub(super) fn of_groups<C: ColumnTrait>(column: C, groups: &[GroupId]) -> Condition {
    Condition::all().add(column.is_in(rounded(groups.iter().copied())))
}

/// The groups that the viewer stands to by one of these: as it is known, or asked for in the statement itself.
fn standing_by<C: ColumnTrait>(column: C, by: &[By], viewer: &Viewer) -> Condition {
    match viewer.standing() {
        Some(known) => Condition::all().add(column.is_in(rounded(known.groups(by)))),
        // Whoever acts for no organisation stands to no group.
        None if viewer.acting().is_none() => nobody(),
        None => by.iter().fold(nobody(), |any, one| {
            any.add(column.in_subquery(one.groups(viewer)))
        }),
    }
}

/// The groups in which the viewer holds a seat that a condition picks.
fn seats_of(which: Condition, viewer: &Viewer) -> SelectStatement {
    // Around both: what is added to `nobody` by itself would let in.
    let seats = Condition::all().add(own_seat(viewer)).add(which);
    select::<group_seat::Entity>(group_seat::Column::GroupId, seats)
}

/// The groups that an organisation convenes in which the viewer is appointed to a role today, whichever role and for
/// whichever unit: the viewer acts for that organisation.
pub(crate) fn appointed_where_convened<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use group_convener::Column as V;
    let (Some(acting), Some(_)) = (viewer.acting(), viewer.person()) else {
        return nobody();
    };
    let appointed = select::<entity::appointment::Entity>(
        entity::appointment::Column::OrganisationId,
        Condition::all()
            .add(appointment::active_on(viewer.today()))
            .add(oneself(
                entity::appointment::Column::PersonId,
                entity::appointment::Column::OrganisationId,
                viewer,
            )),
    );
    Condition::all().add(
        column.in_subquery(select::<group_convener::Entity>(
            V::GroupId,
            Condition::all()
                .add(V::OrganisationId.eq(acting.organisation))
                .add(V::OrganisationId.in_subquery(appointed)),
        )),
    )
}

/// The roles that the viewer is appointed to today, in the organisation that it acts for.
fn own_roles(viewer: &Viewer) -> SelectStatement {
    use entity::appointment::Column as A;
    select::<entity::appointment::Entity>(
        A::RoleTypeId,
        Condition::all()
            .add(appointment::active_on(viewer.today()))
            .add(oneself(A::PersonId, A::OrganisationId, viewer)),
    )
}

/// The groups that the viewer has joined.
fn joined(viewer: &Viewer) -> SelectStatement {
    use group_member::Column as M;
    let joined = Condition::all().add(M::LeftAt.is_null()).add(oneself(
        M::PersonId,
        M::OrganisationId,
        viewer,
    ));
    select::<group_member::Entity>(M::GroupId, joined)
}

/// The networks that the viewer belongs to by its role.
fn networks(viewer: &Viewer) -> SelectStatement {
    use group::Column as G;
    let (Some(acting), Some(_)) = (viewer.acting(), viewer.person()) else {
        return select::<group::Entity>(G::Id, nobody());
    };
    let in_county = acting.county_code.as_ref().map(|county| {
        Condition::all()
            .add(G::RoleOrganisationId.is_null())
            .add(G::CountyCode.eq(county))
    });
    let here = Condition::any()
        .add(G::RoleOrganisationId.eq(acting.organisation))
        .add_option(in_county);
    let networks = Condition::all()
        .add(G::RoleTypeId.in_subquery(own_roles(viewer)))
        .add(here);
    select::<group::Entity>(G::Id, networks)
}

/// The groups that the viewer is a member of: by a seat, by having joined, or by role.
pub(crate) fn member_of<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    standing_by(column, &By::MEMBER, viewer)
}

/// The groups that the viewer's organisation convenes, if the viewer has at least that role in it.
pub(crate) fn convening<C: ColumnTrait>(column: C, at_least: Role, viewer: &Viewer) -> Condition {
    use group_convener::Column as C;
    Condition::all().add(column.in_subquery(select::<group_convener::Entity>(
        C::GroupId,
        Condition::all().add(own(C::OrganisationId, at_least, viewer)),
    )))
}

/// The groups that a role of the viewer's is responsible for, in an organisation that convenes them.
fn responsibilities(viewer: &Viewer) -> SelectStatement {
    use group_responsible_role::Column as R;
    let which = if viewer.person().is_none() {
        nobody()
    } else {
        Condition::all()
            .add(R::RoleTypeId.in_subquery(own_roles(viewer)))
            .add(convening(R::GroupId, Role::Member, viewer))
    };
    select::<group_responsible_role::Entity>(R::GroupId, which)
}

/// The same, of a group's row.
fn responsible<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    standing_by(column, &[By::Responsibility], viewer)
}

/// The groups that have no seats: people join them, or are in them by a role.
pub(crate) fn without_seats() -> Condition {
    use group::Column as G;
    Condition::any()
        .add(G::Kind.eq(GroupKind::Informal))
        .add(G::RoleTypeId.is_not_null())
}

/// The groups whose agendas and minutes the viewer keeps: as convener, chair or secretary on a seat, by a role that is
/// responsible for the group, or, where there are no seats, as a coordinator of an organisation that convenes it.
pub(crate) fn officer_of<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    standing_by(column, &By::OFFICER, viewer)
}

/// The groups without seats that an organisation convenes whose coordinator the viewer is.
fn convened_without_seats(viewer: &Viewer) -> SelectStatement {
    use group::Column as G;
    let which = Condition::all()
        .add(convening(G::Id, Role::Coordinator, viewer))
        .add(without_seats());
    select::<group::Entity>(G::Id, which)
}

/// The groups whose meetings the viewer calls: those that keep them, and the coordinators of the organisations that
/// convene the group, who do not read their papers by it.
pub(crate) fn keeps_meetings<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    Condition::any()
        .add(standing_by(column, &[By::Office], viewer))
        .add(calls_without_seat(column, viewer))
}

/// The same, without those who do on a seat. The coordinators of who convenes are here whether or not there are seats.
fn calls_without_seat<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    Condition::any()
        .add(responsible(column, viewer))
        .add(convening(column, Role::Coordinator, viewer))
}

/// The groups whose meetings' times and places the viewer sees as a member, or because it calls them.
pub(crate) fn sees_meetings<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    // Whoever calls them on a seat is a member.
    Condition::any()
        .add(member_of(column, viewer))
        .add(calls_without_seat(column, viewer))
}

/// The groups whose papers the viewer may read: its members and those who keep them.
pub(crate) fn reads_papers<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    standing_by(column, &By::READER, viewer)
}

/// The groups that the viewer's organisation convenes or has a seat in.
pub(crate) fn of_own_organisation<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use group_seat::Column as S;
    let seats =
        Condition::all()
            .add(standing(viewer))
            .add(own(S::OrganisationId, Role::Member, viewer));
    Condition::any()
        .add(convening(column, Role::Member, viewer))
        .add(column.in_subquery(select::<group_seat::Entity>(S::GroupId, seats)))
}

/// The groups that are shared with the viewer as far as one of their columns says: `ORGANISATION` means those that
/// convene the group or have a seat in it. A column without a value shares with nobody.
fn reached(sharing: group::Column, viewer: &Viewer) -> Condition {
    use group::Column as G;
    let selected = Condition::all()
        .add(sharing.eq(SharingLevel::Selected))
        .add(G::Id.in_subquery(select::<group_share::Entity>(
            group_share::Column::GroupId,
            Condition::all().add(own(
                group_share::Column::OrganisationId,
                Role::Member,
                viewer,
            )),
        )));
    Condition::all().add(sharing.is_not_null()).add(
        Condition::any()
            .add(shared(sharing, G::CountyCode, viewer.acting()))
            .add(selected)
            .add(of_own_organisation(G::Id, viewer)),
    )
}

/// The groups that share something with the viewer as far as one of their columns says.
fn sharing_groups<C: ColumnTrait>(column: C, sharing: group::Column, viewer: &Viewer) -> Condition {
    let which = reached(sharing, viewer);
    Condition::all().add(column.in_subquery(select::<group::Entity>(group::Column::Id, which)))
}

/// The groups whose meetings' times and places the viewer may see without being a member.
pub(crate) fn meetings_shared<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    sharing_groups(column, group::Column::MeetingsSharing, viewer)
}

/// The groups whose verified decisions the viewer may see without being a member.
pub(crate) fn decisions_shared<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    sharing_groups(column, group::Column::DecisionsSharing, viewer)
}

/// Whether the viewer may make a network that fills itself from the appointments of an organisation, or of a county:
/// whoever convenes it learns who is appointed. So it is for the own organisation, and for a county for those who
/// work for all of it.
pub(crate) fn fills_by_role(
    viewer: &Viewer,
    organisation: Option<OrganisationId>,
    county: Option<&str>,
) -> bool {
    viewer.acting().is_some_and(|acting| {
        let convener = (
            acting.organisation,
            acting.kind,
            acting.county_code.as_deref(),
        );
        convenes_by_role(convener, organisation, county)
    })
}

/// The same for any organisation, its kind and its county: for each of those that convene such a network.
pub(crate) fn convenes_by_role(
    (convener, kind, its_county): (OrganisationId, OrganisationKind, Option<&str>),
    organisation: Option<OrganisationId>,
    county: Option<&str>,
) -> bool {
    if let Some(organisation) = organisation {
        return organisation == convener;
    }
    let for_all = matches!(
        kind,
        OrganisationKind::Region
            | OrganisationKind::CountyAdministrativeBoard
            | OrganisationKind::MunicipalAssociation
    );
    for_all && county.is_some() && its_county == county
}

/// The groups that the viewer sees, given the condition for those that it is a member of.
pub(crate) fn seen_if(member: Condition, viewer: &Viewer) -> Condition {
    Condition::any()
        .add(reached(group::Column::Sharing, viewer))
        .add(member)
}

impl Policy for group::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        seen_if(member_of(group::Column::Id, viewer), viewer)
    }

    fn editable(viewer: &Viewer) -> Condition {
        Condition::any()
            .add(convening(group::Column::Id, Role::Coordinator, viewer))
            .add(responsible(group::Column::Id, viewer))
    }

    fn creatable(viewer: &Viewer, new: &group::ActiveModel) -> bool {
        // Whoever makes a group is one of its conveners.
        viewer.organisation(Role::Coordinator).is_some()
            && match new.role_type_id.try_as_ref() {
                Some(Some(_)) => fills_by_role(
                    viewer,
                    new.role_organisation_id.try_as_ref().copied().flatten(),
                    new.county_code.try_as_ref().and_then(Option::as_deref),
                ),
                _ => true,
            }
    }
}

/// A group under a further rule: who may see it, and as what else.
macro_rules! group_as {
    ($table:ident, $editable:path) => {
        impl Policy for $table::Entity {
            fn visible(viewer: &Viewer) -> Condition {
                where_visible::<_, group::Entity>($table::Column::Id, group::Column::Id, viewer)
            }

            fn editable(viewer: &Viewer) -> Condition {
                $editable($table::Column::Id, viewer)
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                false
            }
        }
    };
}

// Members propose items.
group_as!(group_room, reads_papers);
// Whoever keeps its meetings calls them.
group_as!(group_desk, keeps_meetings);
// Whoever keeps its papers numbers decisions and gives actions out.
group_as!(group_office, officer_of);
// Whoever has a role where it is convened raises issues to it.
group_as!(group_letterbox, appointed_where_convened);

/// Gives the parts of a group the group's own rules.
macro_rules! part_of_group {
    ($table:ident) => {
        part_of_group!($table, |viewer| where_visible::<_, group::Entity>(
            $table::Column::GroupId,
            group::Column::Id,
            viewer
        ));
    };
    ($table:ident, |$viewer:ident| $visible:expr) => {
        impl Policy for $table::Entity {
            fn visible($viewer: &Viewer) -> Condition {
                $visible
            }

            fn editable(viewer: &Viewer) -> Condition {
                Condition::any()
                    .add(convening(
                        $table::Column::GroupId,
                        Role::Coordinator,
                        viewer,
                    ))
                    .add(responsible($table::Column::GroupId, viewer))
            }

            fn creatable(_: &Viewer, _: &$table::ActiveModel) -> bool {
                // Only as a part of a group that the viewer has been permitted to edit.
                false
            }
        }

        impl Part for $table::Entity {
            type Whole = group::Entity;

            fn of(whole: &group::Model) -> Condition {
                Condition::all().add($table::Column::GroupId.eq(whole.id))
            }

            fn is_of(new: &$table::ActiveModel, whole: &group::Model) -> bool {
                new.group_id == ActiveValue::Set(whole.id)
            }
        }
    };
}

part_of_group!(group_convener);
part_of_group!(group_responsible_role);
part_of_group!(group_purpose);
part_of_group!(group_subject);
part_of_group!(group_task);
part_of_group!(group_seat);
// Whoever reads its papers sees the group.
seen_by_readers!(group_seat);
// With whom else something is shared is the conveners' own business.
part_of_group!(group_share, |viewer| Self::editable(viewer));

/// The organisations without an agreement today: they cannot enter who sits for them, so a convener does.
fn no_partner<C: ColumnTrait>(column: C, viewer: &Viewer) -> Condition {
    use organisation::Column as O;
    let partners = Condition::all().add(O::PartnerFrom.lte(viewer.now())).add(
        Condition::any()
            .add(O::PartnerUntil.is_null())
            .add(O::PartnerUntil.gt(viewer.now())),
    );
    Condition::all().add(column.not_in_subquery(select::<organisation::Entity>(O::Id, partners)))
}

/// The seats that the viewer fills: its own organisation's, and in groups that it convenes those of organisations that
/// are no partners.
fn fills(viewer: &Viewer) -> Condition {
    use seat_mandate::Column as S;
    Condition::any()
        .add(own(S::OrganisationId, Role::Coordinator, viewer))
        .add(
            Condition::all()
                .add(convening(S::GroupId, Role::Coordinator, viewer))
                .add(no_partner(S::OrganisationId, viewer)),
        )
}

impl Policy for seat_mandate::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        where_visible::<_, group_seat::Entity>(
            seat_mandate::Column::Id,
            group_seat::Column::Id,
            viewer,
        )
    }

    fn editable(viewer: &Viewer) -> Condition {
        fills(viewer)
    }

    fn creatable(_: &Viewer, _: &seat_mandate::ActiveModel) -> bool {
        false
    }
}

impl ShowsPerson for seat_holder::Entity {}

impl Paper for seat_holder::Entity {
    fn in_groups_read(groups: &[GroupId], _: &Viewer) -> Condition {
        use group_seat::Column as S;
        let seats = select::<group_seat::Entity>(S::Id, of_groups(S::GroupId, groups));
        Condition::all().add(seat_holder::Column::SeatId.in_subquery(seats))
    }
}

impl Policy for seat_holder::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use group_seat::Column as S;
        use seat_holder::Column as H;
        let seats = Condition::any()
            .add(reads_papers(S::GroupId, viewer))
            .add(own(S::OrganisationId, Role::Member, viewer))
            .add(convening(S::GroupId, Role::Coordinator, viewer));
        // A name is published for as long as the person sits there.
        let published = held_today(viewer).add(H::NamePublished.eq(true)).add(
            H::SeatId.in_subquery(select::<group_seat::Entity>(
                S::Id,
                Condition::all()
                    .add(standing(viewer))
                    .add(group_seat::Entity::visible(viewer)),
            )),
        );
        Condition::any()
            .add(H::SeatId.in_subquery(select::<group_seat::Entity>(
                S::Id,
                Condition::all().add(seats),
            )))
            .add(published)
    }

    fn editable(viewer: &Viewer) -> Condition {
        use seat_holder::Column as H;
        Condition::all().add(H::SeatId.in_subquery(select::<seat_mandate::Entity>(
            seat_mandate::Column::Id,
            fills(viewer),
        )))
    }

    fn creatable(_: &Viewer, _: &seat_holder::ActiveModel) -> bool {
        // Only on a seat that the viewer has been permitted to fill.
        false
    }
}

impl Policy for seat_occupancy::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        // That a seat is vacant is no secret of whoever sits, or does not sit, on it.
        where_visible::<_, group_seat::Entity>(
            seat_occupancy::Column::SeatId,
            group_seat::Column::Id,
            viewer,
        )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &seat_occupancy::ActiveModel) -> bool {
        false
    }
}

impl Part for seat_holder::Entity {
    type Whole = seat_mandate::Entity;

    fn of(whole: &seat_mandate::Model) -> Condition {
        Condition::all().add(seat_holder::Column::SeatId.eq(whole.id))
    }

    fn is_of(new: &seat_holder::ActiveModel, whole: &seat_mandate::Model) -> bool {
        new.seat_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for group_member::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use group_member::Column as M;
        Condition::any()
            .add(oneself(M::PersonId, M::OrganisationId, viewer))
            .add(own(M::OrganisationId, Role::Coordinator, viewer))
            // Who has left is no longer told to the others.
            .add(
                Condition::all()
                    .add(M::LeftAt.is_null())
                    .add(reads_papers(M::GroupId, viewer)),
            )
    }

    fn editable(viewer: &Viewer) -> Condition {
        use group_member::Column as M;
        Condition::all().add(M::LeftAt.is_null()).add(
            Condition::any()
                .add(oneself(M::PersonId, M::OrganisationId, viewer))
                .add(convening(M::GroupId, Role::Coordinator, viewer)),
        )
    }

    fn creatable(viewer: &Viewer, new: &group_member::ActiveModel) -> bool {
        // Everybody joins for oneself; that the group is one to join is asked besides.
        viewer.person().is_some()
            && new.person_id.try_as_ref().copied() == viewer.person()
            && is_own(&new.organisation_id, Role::Member, viewer)
    }
}

/// The members by role whom the viewer sees: they know each other for as long as they have the role; so do their own
/// organisations.
pub(super) fn members_by_role(viewer: &Viewer) -> Condition {
    use group_person::Column as P;
    Condition::all()
        .add(P::Source.eq(MembershipSource::Role))
        .add(in_it_today(viewer))
        .add(
            Condition::any()
                .add(reads_papers(P::GroupId, viewer))
                .add(own(P::OrganisationId, Role::Member, viewer)),
        )
}

impl Policy for group_person::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use group_person::Column as P;
        let by_seat = Condition::all()
            .add(P::Source.eq(MembershipSource::Seat))
            .add(where_visible::<_, seat_holder::Entity>(
                P::Id,
                seat_holder::Column::Id,
                viewer,
            ));
        let joined = Condition::all()
            .add(P::Source.eq(MembershipSource::Joined))
            .add(where_visible::<_, group_member::Entity>(
                P::Id,
                group_member::Column::Id,
                viewer,
            ));
        Condition::any()
            .add(by_seat)
            .add(joined)
            .add(members_by_role(viewer))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &group_person::ActiveModel) -> bool {
        // It is what other tables say.
        false
    }
}

impl Policy for group_notice::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use group_notice::Column as N;
        // That somebody has raised an issue is no business of the own organisation's coordinators.
        let for_coordinators = Condition::any()
            .add(N::PersonId.is_null())
            .add(N::Kind.is_not_in(GroupNoticeKind::OF_ISSUES));
        Condition::any()
            .add(oneself(N::PersonId, N::OrganisationId, viewer))
            .add(
                Condition::all()
                    .add(own(N::OrganisationId, Role::Coordinator, viewer))
                    .add(for_coordinators),
            )
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &group_notice::ActiveModel) -> bool {
        // Written by what it tells of, through a door of its own.
        false
    }
}
