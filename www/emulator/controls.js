/** What an emulator can be told, and what it tells of itself. */

import { checkMood, checkProcessing, checkRule, checkSettings } from "./checks.js";

/**
 * @typedef {import("./faults.js").Rule} Rule
 * @typedef {import("./media.js").Media} Media
 * @typedef {import("./state.js").State} State
 * @typedef {ReturnType<typeof createControls>} Controls
 */

/**
 * Each resolves when what it changes is stored, and rejects where a name is not known: a misspelt one would do nothing, and
 * the test that has it would prove nothing.
 * @param {State} state
 * @param {import("./keeper.js").Keeper} keeper
 */
export function createControls(state, keeper) {
  /** @param {() => void} act */
  const change = async (act) => {
    await keeper.restored();
    act();
    await keeper.save();
  };

  return {
    /** @param {import("./moods.js").MoodName} mood */
    setMood: (mood) => change(() => state.setMood(checkMood(mood))),

    /** @param {import("./processing.js").Processing} processing */
    setProcessing: (processing) => change(() => (state.processing = checkProcessing(processing))),

    /** @param {Partial<import("./state.js").Settings>} settings */
    changeSettings: (settings) => change(() => state.change(checkSettings(settings))),

    /** @param {...Rule} rules */
    addRules: (...rules) => change(() => state.rules.add(rules.map(checkRule))),

    removeRules: () => change(() => state.rules.clear()),

    /** Back to how it was made, without media, log, rules. */
    async reset() {
      await keeper.restored();
      await state.reset();
      await keeper.save();
    },

    async summary() {
      await keeper.restored();
      const { moodName: mood, processing, settings, rules } = state;
      return { mood, processing, settings, rules: rules.all() };
    },

    async log() {
      await keeper.restored();
      return state.log.all().map((entry) => ({ ...entry }));
    },

    async media() {
      await keeper.restored();
      return Promise.all(state.store.all().map((media) => described(state, media)));
    },

    /** @param {string} id */
    async mediaOf(id) {
      await keeper.restored();
      const media = state.store.evenIfExpired(id);
      return media && described(state, media);
    },
  };
}

/**
 * @param {State} state
 * @param {Media} media
 */
async function described(state, media) {
  return {
    media_id_string: media.id,
    media_key: media.key ?? null,
    api: media.api,
    parameters: media.parameters,
    state: state.stateOf(media),
    created_at: media.createdAt,
    finalized_at: media.finalizedAt ?? null,
    expires_at: media.expiresAt,
    size: media.size,
    sha256: media.finalizedAt === undefined ? null : ((await state.digestOf(media)) ?? null),
    segments: [...media.segments]
      .map(([segment_index, { bytes, times }]) => ({ segment_index, bytes, times }))
      .sort((one, other) => one.segment_index - other.segment_index),
    metadata: media.metadata ?? null,
    subtitles: [...media.subtitles.values()],
  };
}
