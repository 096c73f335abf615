package dev.switchgear.dialects.gemini;

/// Where hosts of generateContent differ.
///
/// @param jsonSchema whether schemas go as JSON Schema (`parametersJsonSchema`,
///     `responseJsonSchema`); otherwise as the subset of OpenAPI 3.0, with what it cannot say told in
///     descriptions
/// @param callIds whether calls and their results may carry ids
public record GeminiFlavour(boolean jsonSchema, boolean callIds) {
    /// Google's Developer API, v1beta.
    public static final GeminiFlavour GOOGLE = new GeminiFlavour(true, true);
}
