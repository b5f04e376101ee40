/** What each assurance level shows and does not show, in the design's words. */
export const assuranceLevels = [
  {
    level: "Receipt",
    shows: "The node's key stands behind seconds and output hash",
    doesNotShow: "That it told the truth",
    here: "every job",
  },
  {
    level: "Metered (usage proof)",
    shows: "Billed seconds follow from ticks that a second party countersigned; samples stay private",
    doesNotShow: "That useful work was done",
    here: "every job",
  },
  {
    level: "Replicated",
    shows: "k independent nodes got the same output hash",
    doesNotShow: "Anything for nondeterministic jobs",
    here: "not offered yet",
  },
  {
    level: "Verified inference",
    shows: "The output is the committed model applied to the committed, hidden input",
    doesNotShow: "Anything for models too big for the circuit",
    here: "on “Ask a model”",
  },
  {
    level: "TEE",
    shows: "The measured image ran in genuine hardware, bound to this lease by nonce",
    doesNotShow: "More than the vendor's root of trust",
    here: "not offered yet",
  },
] as const;
