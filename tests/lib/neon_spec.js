// Neon's OpenAPI document made strict, as JSON on stdout: what a request may not have becomes an error.
// usage: node neon_spec.js NODE_MODULES
//
// As it is published unknown properties pass, and a misspelled one would never be noticed. The body of create-branch
// is an allOf, whose parts would forbid one another's properties: it is put together first.
const fs = require("fs");
const path = require("path");

const modules = process.argv[2];
const find = (name) => require(require.resolve(name, { paths: [modules, path.join(modules, "@stoplight/prism-cli")] }));
const file = path.join(modules, "@neondatabase/api-client/public-v2-for-users.gen.yaml");
const document = find("js-yaml").load(fs.readFileSync(file, "utf8"));
const schemas = document.components.schemas;

// Every object with named properties below a schema; maps (additionalProperties given) stay maps.
function close(schema) {
  if (!schema || schema.$ref) return;
  if (schema.properties && schema.additionalProperties === undefined) schema.additionalProperties = false;
  Object.values(schema.properties || {}).forEach(close);
  close(schema.items);
}

const create = document.paths["/projects/{project_id}/branches"].post.requestBody.content["application/json"];
const parts = create.schema.allOf.map((part) => schemas[part.$ref.split("/").pop()]);
create.schema = { type: "object", properties: Object.assign({}, ...parts.map((part) => part.properties)) };
close(create.schema);
for (const name of ["BranchUpdateRequest", "BranchRestoreRequest", "EndpointCreateRequest", "BranchCreateRequestEndpointOptions"])
  close(schemas[name]);
process.stdout.write(JSON.stringify(document));
