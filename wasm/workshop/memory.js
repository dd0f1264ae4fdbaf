// The worker reads texts out of this memory; it is another object after each growth.
mergeInto(LibraryManager.library, {
  $lachanMemory__postset: "Module['coreMemory'] = function () { return HEAPU8; };",
  $lachanMemory: function () {},
  lachan_memory__deps: ['$lachanMemory'],
  lachan_memory: function () {},
});
