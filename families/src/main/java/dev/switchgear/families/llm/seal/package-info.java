/// Who sealed which thoughts of which client's conversations: signatures whose maker is known, and thoughts
/// that clients of dialects without a place for them do not send back.
@NullMarked
package dev.switchgear.families.llm.seal;

import org.jspecify.annotations.NullMarked;
