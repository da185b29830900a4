// The rules that n8n checks community nodes by, for an exported package whose code is written as TypeScript.
import plugin from '@n8n/eslint-plugin-community-nodes';
import parser from '@typescript-eslint/parser';

export default [
  {
    files: ['**/*.ts', '**/package.json'],
    ...plugin.configs.recommended,
    languageOptions: { parser, parserOptions: { extraFileExtensions: ['.json'] } },
  },
];
