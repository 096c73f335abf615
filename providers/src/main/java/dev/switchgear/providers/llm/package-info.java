/// The one way an LLM provider is called, whatever it speaks: bytes pass where client and provider
/// speak alike, else the provider's dialect words the request and reads the answer. The packages
/// beside this one hold only what differs between providers.
@NullMarked
package dev.switchgear.providers.llm;

import org.jspecify.annotations.NullMarked;
