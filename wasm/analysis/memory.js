// The worker reads texts and numbers out of this memory; it is another object after each growth.
mergeInto(LibraryManager.library, {
  $lachanAnalysisMemory__postset: "Module['analysisMemory'] = function () { return HEAPU8; };",
  $lachanAnalysisMemory: function () {},
  lachan_analysis_memory__deps: ['$lachanAnalysisMemory'],
  lachan_analysis_memory: function () {},
});
