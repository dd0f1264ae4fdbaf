// The shell reads texts and numbers out of this memory, which is another object after each growth; not every Emscripten puts HEAPU8 on the
// module by itself.
mergeInto(LibraryManager.library, {
  $lachanMemory__postset: "Module['coreMemory'] = function () { return HEAPU8; };",
  $lachanMemory: function () {},
  lachan_memory__deps: ['$lachanMemory'],
  lachan_memory: function () {},
});
