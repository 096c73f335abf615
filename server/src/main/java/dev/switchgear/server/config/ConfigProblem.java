package dev.switchgear.server.config;

import dev.switchgear.server.names.SgCode;

/// What is wrong with a configuration, and where.
///
/// @param code as documented, for example `SG-1002`
/// @param file the file's name as the person knows it
/// @param line 1 or more; 0 where the whole file is meant
/// @param column 1 or more; 0 where the whole file is meant
/// @param message what is wrong, why, and what to do; never a secret
public record ConfigProblem(
        String code, Severity severity, String file, int line, int column, String message) {
    /// The file or a setting in it cannot be used.
    public static final String SETTING = SgCode.SETTING.toString();

    /// A `${NAME}` is not set in the environment.
    public static final String REFERENCE = SgCode.REFERENCE.toString();

    /// The configuration can be used, but something in it does not do what was probably meant.
    public static final String DOUBT = SgCode.DOUBT.toString();

    /// What follows from a problem.
    public enum Severity {
        /// The configuration is not used.
        ERROR,
        /// The configuration is used, with less than it says or was probably meant.
        WARNING
    }

    /// `switchgear.yaml line 14, column 7: … (SG-1002)`
    public String text() {
        String place = line > 0 ? file + " line " + line + ", column " + column : file;
        return place + ": " + message + " (" + code + ")";
    }
}
