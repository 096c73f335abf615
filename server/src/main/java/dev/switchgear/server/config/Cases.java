package dev.switchgear.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a sealed interface of records: settings of which some stand for one thing and some for another,
/// by what one of them says. The record of a case bears the case's word as its name.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Cases {
    /// The name of the setting that says which case it is.
    String by();

    /// The words that may stand there, each the name of one record.
    Class<? extends Enum<?>> of();

    /// What that setting means; its fallback is the usual case.
    Key key();
}
