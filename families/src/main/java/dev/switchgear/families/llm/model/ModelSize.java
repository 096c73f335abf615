package dev.switchgear.families.llm.model;

import java.util.OptionalLong;

/// How much a model takes and gives, in tokens; empty where no source tells.
///
/// @param context input and output together
/// @param maxInput where it is less than the context
public record ModelSize(
        OptionalLong context, OptionalLong maxInput, OptionalLong maxOutput, FactSource source) {}
