// Walks each feed named on the command line and prints, as JSON, what RPDE's validator says of it:
// [{url, pages, errors: [{type, severity, message, page}]}]
'use strict';

const { RpdeValidator } = require('@openactive/rpde-validator');

async function validate(url) {
  const log = await RpdeValidator(url, { pageLimit: 10000, timeoutMs: 60000 });
  const errors = log.pages.flatMap((page) => page.errors.map(({ data }) => ({
    type: data.type,
    severity: data.severity,
    message: data.message,
    page: page.url,
  })));
  return { url, pages: log.pages.map((page) => page.url), errors };
}

async function main() {
  const told = [];
  for (const url of process.argv.slice(2)) {
    told.push(await validate(url));
  }
  process.stdout.write(JSON.stringify(told));
}

main();
