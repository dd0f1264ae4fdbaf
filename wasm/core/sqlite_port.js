// Imports of wasm/core/sql_browser.cpp: each hands over to Module.sqlitePort, an object of web/src/core/sqlite-port.ts
// that the
// worker sets once the database is open. Memory is passed along because it is another object after each growth.
mergeInto(LibraryManager.library, {
  $lachanPort: function () {
    return Module['sqlitePort'];
  },
  lachan_sql_present__deps: ['$lachanPort'],
  lachan_sql_present: function () {
    return lachanPort() ? 1 : 0;
  },
  lachan_sql_prepare__deps: ['$lachanPort'],
  lachan_sql_prepare: function (sql, size) {
    return lachanPort().prepare(HEAPU8, sql, size);
  },
  lachan_sql_write__deps: ['$lachanPort'],
  lachan_sql_write: function (statement, values, count) {
    return lachanPort().write(HEAPU8, statement, values, count);
  },
  lachan_sql_read__deps: ['$lachanPort'],
  lachan_sql_read: function (statement, values, count, frame) {
    return lachanPort().read(HEAPU8, statement, values, count, frame);
  },
  lachan_sql_next__deps: ['$lachanPort'],
  lachan_sql_next: function (statement, frame) {
    return lachanPort().next(HEAPU8, statement, frame);
  },
  lachan_sql_refill__deps: ['$lachanPort'],
  lachan_sql_refill: function (statement, frame) {
    return lachanPort().refill(HEAPU8, statement, frame);
  },
  lachan_sql_reset__deps: ['$lachanPort'],
  lachan_sql_reset: function (statement) {
    lachanPort().reset(statement);
  },
  lachan_sql_finalize__deps: ['$lachanPort'],
  lachan_sql_finalize: function (statement) {
    lachanPort().finalize(statement);
  },
  lachan_sql_script__deps: ['$lachanPort'],
  lachan_sql_script: function (sql, size) {
    return lachanPort().script(HEAPU8, sql, size);
  },
  lachan_sql_error__deps: ['$lachanPort'],
  lachan_sql_error: function (text, room) {
    return lachanPort().error(HEAPU8, text, room);
  },
  lachan_sql_storage_full__deps: ['$lachanPort'],
  lachan_sql_storage_full: function () {
    return lachanPort().storageFull() ? 1 : 0;
  },
});
