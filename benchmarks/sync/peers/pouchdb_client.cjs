// A replica of PouchDB on LevelDB, told what to do by lines of JSON.  node pouchdb_client.cjs MODULES
const { createRequire } = require("node:module");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const need = createRequire(path.join(process.argv[2], "package.json"));
const PouchDB = need("pouchdb");

const BATCH = { batch_size: 1000, batches_limit: 10 };
let db, remote;

const steps = {
  async open({ folder, port }) {
    fs.mkdirSync(folder, { recursive: true });
    db = new PouchDB(path.join(folder, "bench"));
    await db.info();
    await steps.dial({ port });
  },
  async dial({ port }) {
    remote = new PouchDB(`http://127.0.0.1:${port}/bench`, { skip_setup: true });
  },
  async fill({ path: file }) {
    const docs = fs.readFileSync(file, "utf8").trim().split("\n").map(JSON.parse)
      .map(({ id, fields }) => ({ _id: id, ...fields }));
    for (let i = 0; i < docs.length; i += 1000) await db.bulkDocs(docs.slice(i, i + 1000));
  },
  async change({ count, word }) {
    const { rows } = await db.allDocs({ limit: count, include_docs: true });
    await db.bulkDocs(rows.map(({ doc }) => ({ ...doc, diagnosis: `${word} ${doc._id}` })));
  },
  async push() { return { count: (await db.replicate.to(remote, BATCH)).docs_written }; },
  async pull() { return { count: (await db.replicate.from(remote, BATCH)).docs_written }; },
  async sync() { await db.sync(remote, BATCH); },
  async check() {
    const { rows } = await db.allDocs({ include_docs: true });
    const said = rows.map(({ doc }) => `${doc._id} ${doc.diagnosis}`).join("\n");
    return { count: rows.length, hash: createHash("sha256").update(said).digest("hex") };
  },
};

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: name, ...values } = JSON.parse(line);
    const began = performance.now();
    let answer;
    try { answer = (await steps[name](values)) ?? {}; }
    catch (error) { answer = { error: String(error.message ?? error) }; }
    console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, ...answer }));
  }
  process.exit(0);
})();
