// A certified OpenID provider (oidc-provider), with one client and a few people: PORT CALLBACK SECRET MODULES.
// Of "misissued" it tells in an ID token that it signed for another client, of "forged" in one that another key signed,
// of "unsigned" in one that nobody did, of "changed" in one that was changed, of "confused" in userinfo of another.
import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, callback, secret, modules] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));
const people = JSON.parse(process.env.PEOPLE);
const issuer = `http://127.0.0.1:${port}`;

const [own, thief] = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...own.export({ format: "jwk" }), kid: "own", use: "sig", alg: "RS256" }] },
  clients: [{
    client_id: "portal", client_secret: secret, redirect_uris: [callback], grant_types: ["authorization_code"],
    response_types: ["code"], token_endpoint_auth_method: "client_secret_post",
  }],
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"], phone: ["phone_number", "phone_number_verified"] },
  scopes: ["openid", "profile", "email", "phone"],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: [secret] },
  findAccount: (_, id) => (id in people ? { accountId: id, claims: () => ({ sub: id, ...people[id] }) } : undefined),
});

const encoded = (content) => Buffer.from(JSON.stringify(content)).toString("base64url");
const signed = (alg, claims, seal) => {
  const told = `${encoded({ alg, typ: "JWT", kid: "own" })}.${encoded(claims)}`;
  return `${told}.${seal(Buffer.from(told)).toString("base64url")}`;
};
const by = (key) => (told) => sign("sha256", told, key);
const hostile = {
  misissued: (claims) => signed("RS256", { ...claims, aud: "another-client" }, by(own)),
  forged: (claims) => signed("RS256", claims, by(thief)),
  unsigned: (claims) => signed("none", claims, () => Buffer.alloc(0)),
  confounded: (claims) => signed("HS256", claims, (told) =>
    createHmac("sha256", createPublicKey(own).export({ format: "pem", type: "spki" })).update(told).digest()),
  changed: (claims, token) => token.split(".").with(1, encoded({ ...claims, auth_time: 1 })).join("."),
};
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === "token" && ctx.body?.id_token && ctx.oidc.account.accountId in hostile) {
    const claims = JSON.parse(Buffer.from(ctx.body.id_token.split(".")[1], "base64url"));
    ctx.body = { ...ctx.body, id_token: hostile[ctx.oidc.account.accountId](claims, ctx.body.id_token) };
  }
  if (ctx.oidc?.route === "userinfo" && ctx.body?.sub === "confused") ctx.body = { ...ctx.body, sub: "somebody-else" };
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
