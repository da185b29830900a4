#!/usr/bin/env bash
# @n8n/eslint-plugin-community-nodes 0.32.0 with ESLint 9.29.0: a node written in JavaScript is passed over in silence.
#
# The recommended rules know a node by TypeScript's `implements INodeType`. The same class in JavaScript, whose JSDoc
# says @implements {INodeType}, is no node to them: ESLint reads the file, says nothing and ends with 0. As TypeScript,
# with nothing else changed, it has errors.
#
# Seen: the .js: exit code 0, no output. The .ts: exit code 1, node-usable-as-tool and icon-validation among the rules.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps eslint@9.29.0 @n8n/eslint-plugin-community-nodes@0.32.0 \
  @typescript-eslint/parser@8.74.0 typescript@5.9.3 n8n-workflow@1.120.0
mkdir -p nodes
body="
  description = {
    displayName: 'Lamp', name: 'lamp', icon: 'fa:undo', group: ['transform'], version: 1,
    description: 'Switches a lamp', defaults: { name: 'Lamp' }, inputs: ['main'], outputs: ['main'], properties: [],
  };
}"
printf '/** @implements {import("n8n-workflow").INodeType} */\nclass Lamp {%s\nmodule.exports = { Lamp };\n' "$body" >nodes/Lamp.node.js
printf 'import type { INodeType } from "n8n-workflow";\nexport class Lamp implements INodeType {%s\n' "$body" >nodes/Lamp.node.ts
cat >eslint.config.mjs <<'JS'
import plugin from '@n8n/eslint-plugin-community-nodes';
import parser from '@typescript-eslint/parser';

export default [{ files: ['**/*.js', '**/*.ts'], ...plugin.configs.recommended, languageOptions: { parser } }];
JS
said=$(npx eslint nodes/Lamp.node.js)
test -z "$said" || { echo "changed: of the JavaScript it says: $said"; exit 1; }
code=0
said=$(npx eslint nodes/Lamp.node.ts) || code=$?
echo "JavaScript: 0, nothing; TypeScript: $code, $(grep -c error <<<"$said") lines with errors"
grep -q node-usable-as-tool <<<"$said" && grep -q icon-validation <<<"$said" || { echo "changed: $said"; exit 1; }
