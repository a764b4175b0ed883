//! An answer of the server, and what one asks of it.

use serde_json::Value;

/// An HTTP answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null if it is not JSON.
    pub body: Value,
}

impl Answer {
    /// The answer to a request.
    pub async fn to(request: reqwest::RequestBuilder) -> Self {
        Self::try_to(request).await.expect("the server answers")
    }

    /// The answer to a request that may get none.
    pub async fn try_to(request: reqwest::RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self {
            status,
            headers,
            text,
            body,
        })
    }

    /// A header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The whole `data`, of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(
            self.status == 200 && self.body.get("errors").is_none(),
            "expected an answer without errors, got {}: {}",
            self.status,
            self.text
        );
        &self.body["data"]
    }

    /// A part of the data, by its path: `occasion/seats/free`.
    #[track_caller]
    pub fn at(&self, path: &str) -> &Value {
        self.data()
            .pointer(&format!("/{path}"))
            .unwrap_or_else(|| panic!("no {path} in {}", self.text))
    }

    /// The codes of the errors at the top.
    pub fn codes(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| {
                error["extensions"]["code"]
                    .as_str()
                    .unwrap_or("(none)")
                    .to_owned()
            })
            .collect()
    }

    /// The codes of the user errors of one mutation.
    #[track_caller]
    pub fn user_errors(&self, mutation: &str) -> Vec<String> {
        self.at(&format!("{mutation}/userErrors"))
            .as_array()
            .expect("a list of user errors")
            .iter()
            .map(|error| error["code"].as_str().expect("a code").to_owned())
            .collect()
    }
}
