// The conformance suite for HTTP/2, built and run by the server's tests.
module switchgear.dev/h2spec

go 1.23.0

require (
	github.com/fatih/color v1.18.0
	github.com/summerwind/h2spec v2.2.1+incompatible
)

require (
	github.com/mattn/go-colorable v0.1.13 // indirect
	github.com/mattn/go-isatty v0.0.20 // indirect
	golang.org/x/net v0.43.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	golang.org/x/text v0.28.0 // indirect
)
