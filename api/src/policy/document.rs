//! Documents: seen exactly as far as what they belong to, asked anew each time.
//!
//! A group's and a meeting's are papers: for whoever may read the group's. An item's go with the item, so a guest of the item
//! sees them. That somebody uploaded a document gives no right to read it: who has left the group has left its papers.

use super::{
    Part, Policy,
    group::{officer_of, reads_papers},
    nobody,
    organisation::{oneself, own},
    select, where_visible,
};
use crate::viewer::Viewer;
use entity::{agenda_item, document, document_upload, group_room, kind::Role};
use sea_orm::{ActiveValue, ColumnTrait, Condition};

impl Policy for document::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use document::Column as D;
        let papers = Condition::all()
            .add(D::ItemId.is_null())
            .add(reads_papers(D::GroupId, viewer));
        Condition::any()
            .add(papers)
            .add(where_visible::<_, agenda_item::Entity>(
                D::ItemId,
                agenda_item::Column::Id,
                viewer,
            ))
    }

    fn editable(viewer: &Viewer) -> Condition {
        use document::Column as D;
        // Whoever may change the item: before it is answered also those who proposed it.
        let items = select::<agenda_item::Entity>(
            agenda_item::Column::Id,
            agenda_item::Entity::editable(viewer),
        );
        Condition::any()
            .add(officer_of(D::GroupId, viewer))
            .add(D::ItemId.in_subquery(items))
    }

    fn creatable(_: &Viewer, _: &document::ActiveModel) -> bool {
        // Only in a group that the viewer has been permitted into.
        false
    }
}

impl Part for document::Entity {
    type Whole = group_room::Entity;

    fn of(whole: &group_room::Model) -> Condition {
        Condition::all().add(document::Column::GroupId.eq(whole.id))
    }

    fn is_of(new: &document::ActiveModel, whole: &group_room::Model) -> bool {
        // That the viewer keeps the group's papers, or may change the item, is asked besides.
        new.group_id == ActiveValue::Set(whole.id)
    }
}

impl Policy for document_upload::Entity {
    fn visible(viewer: &Viewer) -> Condition {
        use document_upload::Column as U;
        // For the export of what is held about a person.
        Condition::any()
            .add(oneself(U::UploadedBy, U::OrganisationId, viewer))
            .add(own(U::OrganisationId, Role::Administrator, viewer))
    }

    fn editable(_: &Viewer) -> Condition {
        nobody()
    }

    fn creatable(_: &Viewer, _: &document_upload::ActiveModel) -> bool {
        false
    }
}
