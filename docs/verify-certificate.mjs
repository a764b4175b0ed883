// Checks a certificate without asking the service that issued it, with nothing but Node.js (20 or later):
//
//   curl -o keys.json https://samverkan.example.se/.well-known/certificate-keys.json
//   node verify-certificate.mjs certificate.jwt keys.json [INSTANT]
//
// Exit status 0: genuine, and it holds by its own dates at that instant (now, if none is given). Whether it has been
// revoked since is told by its address, which is printed.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [file, keysFile, instant] = process.argv.slice(2);
if (!file || !keysFile) {
  fail("usage: node verify-certificate.mjs certificate.jwt keys.json [INSTANT]");
}
const now = instant ? Date.parse(instant) : Date.now();

const parts = readFileSync(file, "utf8").trim().split(".");
if (parts.length !== 3) fail("this is not a signed certificate");
const [header, credential] = parts.slice(0, 2).map(json);

// The algorithm is ours to say, never the file's.
if (header.alg !== "ES256" || header.typ !== "JWT") fail(`signed with ${header.alg}, not with ES256`);
const { keys } = JSON.parse(readFileSync(keysFile, "utf8"));
const jwk = keys.find((key) => key.kid === header.kid && key.kty === "EC" && key.crv === "P-256");
if (!jwk) fail("none of these keys has signed it");
const key = createPublicKey({ key: jwk, format: "jwk" });
const signed = Buffer.from(parts.slice(0, 2).join("."));
const signature = Buffer.from(parts[2], "base64url");
if (!verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature)) fail("the signature does not fit");

if (!credential.type?.includes("OpenBadgeCredential")) fail("it is signed, but no certificate");
if (now < Date.parse(credential.validFrom)) fail(`it does not hold before ${credential.validFrom}`);
if (credential.validUntil && now >= Date.parse(credential.validUntil)) fail(`it ended ${credential.validUntil}`);

const { achievement, identifier } = credential.credentialSubject;
console.log("genuine, and holds by its own dates");
console.log(`training:  ${achievement.name}`);
console.log(`organiser: ${credential.issuer.name}`);
console.log(`from:      ${credential.validFrom}`);
console.log(`until:     ${credential.validUntil ?? "for good"}`);
// A hash is compared with the name that you know: SHA-256 over the name and then the salt.
for (const { hashed, identityHash, salt } of identifier ?? []) {
  console.log(hashed ? `holder:    ${identityHash}, salt ${salt}` : `holder:    ${identityHash}`);
}
console.log(`revoked?   ${credential.id}`);

function json(part) {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return fail("this is not a signed certificate");
  }
}

function fail(why) {
  console.error(`not accepted: ${why}`);
  process.exit(1);
}
