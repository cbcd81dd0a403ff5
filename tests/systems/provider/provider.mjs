// A certified OpenID provider (oidc-provider), with one client and three people: PORT CALLBACK SECRET MODULES.
// Of "misissued" it tells in an ID token that is meant for another client, of "confused" in userinfo of somebody else.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, callback, secret, modules] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));
const people = JSON.parse(process.env.PEOPLE);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
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

const changed = (token, claims) => {
  const [head, body, signature] = token.split(".");
  const told = { ...JSON.parse(Buffer.from(body, "base64url")), ...claims };
  return [head, Buffer.from(JSON.stringify(told)).toString("base64url"), signature].join(".");
};
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === "token" && ctx.body?.id_token && ctx.oidc.account.accountId === "misissued")
    ctx.body = { ...ctx.body, id_token: changed(ctx.body.id_token, { aud: "another-client" }) };
  if (ctx.oidc?.route === "userinfo" && ctx.body?.sub === "confused") ctx.body = { ...ctx.body, sub: "somebody-else" };
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
