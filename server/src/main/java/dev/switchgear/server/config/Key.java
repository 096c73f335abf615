package dev.switchgear.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// One setting. Its name in the file is the record component's, `lower-dashed`.
///
/// A component without [#fallback] must be written, unless its type knows how to be absent: an
/// `Optional` is empty, a list or map is empty, and a record is made of its own defaults.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
    /// What it means, as a sentence for the person who writes the file.
    String says();

    /// What stands when it is left out, as one would write it in the file.
    String fallback() default "";

    /// The least value, as one would write it; for a list, its least length.
    String min() default "";

    /// The greatest value, as one would write it.
    String max() default "";

    /// It must be written, although its type knows how to be absent.
    boolean required() default false;

    /// For a map: what its keys look like, as a regular expression that means the same to Java and to
    /// a JSON schema.
    String names() default ".{1,200}";

    /// It is the name of a kind of provider, one of those that this program has.
    boolean kind() default false;

    /// What others call it: whoever writes one of these is told the line to write.
    String[] also() default {};

    /// It is the one that is meant by somebody who writes a value where its whole section stands.
    boolean lone() default false;

    /// A running gateway keeps what it was started with: another value waits for the next start.
    boolean atStart() default false;

    /// The section (as `a.b`) whose settings stand here where this one leaves them out.
    String inherits() default "";
}
