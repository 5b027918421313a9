// The office of PouchDB: express-pouchdb on LevelDB.  node pouchdb_server.cjs MODULES FOLDER PORT
const { createRequire } = require("node:module");
const path = require("node:path");
const [modules, folder, port] = process.argv.slice(2);
const need = createRequire(path.join(modules, "package.json"));
const express = need("express");
const PouchDB = need("pouchdb").defaults({ prefix: folder + path.sep });
process.chdir(folder); // it leaves a log and a configuration where it is started
const app = express();
app.use("/", need("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB" }));
new PouchDB("bench").info().then(() => app.listen(Number(port), "127.0.0.1"));
