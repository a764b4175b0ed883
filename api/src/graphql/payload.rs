//! The payloads of mutations on one noun: alike today, and each free to grow by itself.

/// Gives each mutation a payload of its own, made from what the noun's mutations have in common.
macro_rules! payloads {
    ($common:ident { #[doc = $doc:literal] $field:ident: $type:ty }: $($(#[$about:meta])* $name:ident,)+) => {$(
        $(#[$about])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            #[doc = $doc]
            $field: Option<$type>,
            /// What you can mend; nothing was changed if there is one.
            user_errors: Vec<$crate::graphql::user_error::UserError>,
        }

        impl From<$common> for $name {
            fn from(common: $common) -> Self {
                Self {
                    $field: common.$field,
                    user_errors: common.user_errors,
                }
            }
        }
    )+};
}

pub(crate) use payloads;
