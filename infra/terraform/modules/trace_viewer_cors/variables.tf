variable "bucket" {
  description = "The name of the bucket that artifacts are kept in (DRAFTWORKS_S3_BUCKET)."
  type        = string
  nullable    = false
}

variable "trace_viewer_origin" {
  description = "Where people reach the trace viewer (DRAFTWORKS_TRACE_VIEWER_ORIGIN), such as https://traces.example.com."
  type        = string
  nullable    = false

  # Browsers send an origin in this one spelling; another one, or a pattern, would let in nobody or everybody.
  validation {
    condition = (
      can(regex("^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?$", var.trace_viewer_origin))
      && !endswith(var.trace_viewer_origin, ":443")
    )
    error_message = "The origin is https://, a host name in small letters and perhaps a port other than 443: no path, no slash at the end, no *."
  }
}
