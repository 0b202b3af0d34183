{{/* Written by `python3 -m deploy.kubernetes.environment` from docker-compose.yml: change that file. */}}

{{- define "portico.arguments" }}
portal: ["serve", "portal", "--host", "0.0.0.0"]
identity: ["serve", "identity", "--api", "--host", "0.0.0.0"]
identity-worker: ["serve", "identity", "--worker", "--host", "0.0.0.0"]
billing: ["serve", "billing", "--api", "--host", "0.0.0.0"]
billing-worker: ["serve", "billing", "--worker", "--host", "0.0.0.0"]
provisioning: ["serve", "provisioning", "--api", "--host", "0.0.0.0"]
provisioning-worker: ["serve", "provisioning", "--worker", "--host", "0.0.0.0"]
notifications: ["serve", "notifications", "--api", "--host", "0.0.0.0"]
notifications-worker: ["serve", "notifications", "--worker", "--host", "0.0.0.0"]
audit: ["serve", "audit", "--api", "--host", "0.0.0.0"]
audit-worker: ["serve", "audit", "--worker", "--host", "0.0.0.0"]
migrate: ["migrate"]
{{- end }}

{{- define "portico.environment.portal" }}
{{- include "portico.secret" (list . "PORTAL_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PORTICO_COOKIE_KEY") }}
- name: PORTAL_RABBITMQ_URL
  value: "amqp://portico_portal:$(PORTAL_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
- name: PORTICO_BILLING_URL
  value: "http://{{ include "portico.fullname" . }}-billing:8000"
- name: PORTICO_PROVISIONING_URL
  value: "http://{{ include "portico.fullname" . }}-provisioning:8000"
- name: PORTICO_NOTIFICATIONS_URL
  value: "http://{{ include "portico.fullname" . }}-notifications:8000"
- name: PORTICO_AUDIT_URL
  value: "http://{{ include "portico.fullname" . }}-audit:8000"
{{- include "portico.setting" (list . "PORTAL_BRAND_NAME") }}
{{- include "portico.setting" (list . "PORTAL_BRAND_COLOR") }}
{{- include "portico.setting" (list . "PORTAL_SUPPORT_ADDRESS") }}
{{- include "portico.setting" (list . "PORTAL_SUPPORT_PHONE") }}
{{- include "portico.setting" (list . "PORTAL_SUPPORT_HOURS") }}
{{- include "portico.setting" (list . "PORTAL_STATUS_PAGE_URL") }}
{{- end }}

{{- define "portico.environment.identity" }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "IDENTITY_API_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_KEY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: IDENTITY_DATABASE_URL
  value: "postgresql://portico_identity_api:$(IDENTITY_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_DIRECT_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
{{- include "portico.setting" (list . "IDENTITY_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "IDENTITY_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.identity-worker" }}
{{- include "portico.secret" (list . "IDENTITY_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "IDENTITY_API_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_KEY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: IDENTITY_RABBITMQ_URL
  value: "amqp://portico_identity:$(IDENTITY_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "IDENTITY_PARTITIONS" "identity") }}
- name: IDENTITY_DATABASE_URL
  value: "postgresql://portico_identity_api:$(IDENTITY_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_DIRECT_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
{{- include "portico.setting" (list . "IDENTITY_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "IDENTITY_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.billing" }}
{{- include "portico.secret" (list . "BILLING_API_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_GATEWAY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: BILLING_DATABASE_URL
  value: "postgresql://portico_billing_api:$(BILLING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_WORKER_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_DIRECT_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
{{- include "portico.setting" (list . "BILLING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_NAME") }}
{{- include "portico.setting" (list . "BILLING_SELLER_CODE") }}
{{- include "portico.setting" (list . "BILLING_SELLER_ADDRESS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_VAT_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_REGISTRATION_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_BANK_ACCOUNT") }}
{{- include "portico.setting" (list . "BILLING_TAX_PERCENT") }}
{{- include "portico.setting" (list . "BILLING_CURRENCY") }}
{{- include "portico.setting" (list . "BILLING_TERMS_DAYS") }}
{{- include "portico.setting" (list . "BILLING_REMINDER_DAYS") }}
{{- include "portico.setting" (list . "BILLING_STAFF_NOTICE_DAYS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.billing-worker" }}
{{- include "portico.secret" (list . "BILLING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_API_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_GATEWAY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: BILLING_RABBITMQ_URL
  value: "amqp://portico_billing:$(BILLING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "BILLING_PARTITIONS" "billing") }}
- name: BILLING_DATABASE_URL
  value: "postgresql://portico_billing_api:$(BILLING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_WORKER_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_DIRECT_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
{{- include "portico.setting" (list . "BILLING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_NAME") }}
{{- include "portico.setting" (list . "BILLING_SELLER_CODE") }}
{{- include "portico.setting" (list . "BILLING_SELLER_ADDRESS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_VAT_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_REGISTRATION_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_BANK_ACCOUNT") }}
{{- include "portico.setting" (list . "BILLING_TAX_PERCENT") }}
{{- include "portico.setting" (list . "BILLING_CURRENCY") }}
{{- include "portico.setting" (list . "BILLING_TERMS_DAYS") }}
{{- include "portico.setting" (list . "BILLING_REMINDER_DAYS") }}
{{- include "portico.setting" (list . "BILLING_STAFF_NOTICE_DAYS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.provisioning" }}
{{- include "portico.secret" (list . "PROVISIONING_API_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_SECRET_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_LICENCE_KEYS") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: PROVISIONING_DATABASE_URL
  value: "postgresql://portico_provisioning_api:$(PROVISIONING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_WORKER_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_DIRECT_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
{{- include "portico.setting" (list . "PROVISIONING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_ENDPOINT") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_REGION") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_ACCESS_KEY") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_SECRET_KEY") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_PUBLIC_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_UPLOAD_MB") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_AT_ONCE") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.provisioning-worker" }}
{{- include "portico.secret" (list . "PROVISIONING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_API_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_SECRET_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_LICENCE_KEYS") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: PROVISIONING_RABBITMQ_URL
  value: "amqp://portico_provisioning:$(PROVISIONING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "PROVISIONING_PARTITIONS" "provisioning") }}
- name: PROVISIONING_DATABASE_URL
  value: "postgresql://portico_provisioning_api:$(PROVISIONING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_WORKER_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_DIRECT_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
{{- include "portico.setting" (list . "PROVISIONING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_ENDPOINT") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_REGION") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_ACCESS_KEY") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_SECRET_KEY") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_PUBLIC_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_UPLOAD_MB") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_AT_ONCE") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.notifications" }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_API_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_LINK_KEYS") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
{{- include "portico.secret" (list . "PORTICO_SMTP_URL") }}
- name: NOTIFICATIONS_DATABASE_URL
  value: "postgresql://portico_notifications_api:$(NOTIFICATIONS_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_WORKER_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_DIRECT_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
{{- include "portico.setting" (list . "NOTIFICATIONS_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_DOMAIN") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_SELECTOR") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_DKIM_KEY") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_BOUNCE_ADDRESS") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_BOUNCE_TOKEN") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.notifications-worker" }}
{{- include "portico.secret" (list . "NOTIFICATIONS_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_API_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_LINK_KEYS") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
{{- include "portico.secret" (list . "PORTICO_SMTP_URL") }}
- name: NOTIFICATIONS_RABBITMQ_URL
  value: "amqp://portico_notifications:$(NOTIFICATIONS_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "NOTIFICATIONS_PARTITIONS" "notifications") }}
- name: NOTIFICATIONS_DATABASE_URL
  value: "postgresql://portico_notifications_api:$(NOTIFICATIONS_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_WORKER_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_DIRECT_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
{{- include "portico.setting" (list . "NOTIFICATIONS_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_DOMAIN") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_SELECTOR") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_DKIM_KEY") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_BOUNCE_ADDRESS") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_BOUNCE_TOKEN") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.audit" }}
{{- include "portico.secret" (list . "AUDIT_API_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_SEAL_KEY") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: AUDIT_DATABASE_URL
  value: "postgresql://portico_audit_api:$(AUDIT_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_WORKER_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_DIRECT_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
{{- include "portico.setting" (list . "AUDIT_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "AUDIT_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.audit-worker" }}
{{- include "portico.secret" (list . "AUDIT_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_API_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_SEAL_KEY") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
- name: AUDIT_RABBITMQ_URL
  value: "amqp://portico_audit:$(AUDIT_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "AUDIT_PARTITIONS" "audit") }}
- name: AUDIT_DATABASE_URL
  value: "postgresql://portico_audit_api:$(AUDIT_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_WORKER_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_DIRECT_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
{{- include "portico.setting" (list . "AUDIT_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "AUDIT_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
{{- end }}

{{- define "portico.environment.migrate" }}
{{- include "portico.secret" (list . "RABBITMQ_PASSWORD") }}
{{- include "portico.secret" (list . "RABBITMQ_FIRST_PASSWORD") }}
{{- include "portico.secret" (list . "PORTAL_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_API_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_SEAL_KEY") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_API_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_LINK_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_API_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_SECRET_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_LICENCE_KEYS") }}
{{- include "portico.secret" (list . "BILLING_API_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_GATEWAY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "IDENTITY_API_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_KEY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
{{- include "portico.secret" (list . "POSTGRES_PASSWORD") }}
{{- include "portico.secret" (list . "POSTGRES_FIRST_PASSWORD") }}
{{- include "portico.secret" (list . "PORTICO_SMTP_URL") }}
- name: PORTICO_ADMIN_RABBITMQ_URL
  value: "amqp://{{ .Values.rabbitmq.adminUser }}:$(RABBITMQ_PASSWORD),$(RABBITMQ_FIRST_PASSWORD)@{{ include "portico.rabbitmq" . }}/"
- name: PORTICO_ADMIN_RABBITMQ_API_URL
  value: "{{ include "portico.rabbitmqManagement" . }}"
- name: PORTAL_RABBITMQ_URL
  value: "amqp://portico_portal:$(PORTAL_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
- name: AUDIT_RABBITMQ_URL
  value: "amqp://portico_audit:$(AUDIT_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "AUDIT_PARTITIONS" "audit") }}
- name: NOTIFICATIONS_RABBITMQ_URL
  value: "amqp://portico_notifications:$(NOTIFICATIONS_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "NOTIFICATIONS_PARTITIONS" "notifications") }}
- name: PROVISIONING_RABBITMQ_URL
  value: "amqp://portico_provisioning:$(PROVISIONING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "PROVISIONING_PARTITIONS" "provisioning") }}
- name: BILLING_RABBITMQ_URL
  value: "amqp://portico_billing:$(BILLING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "BILLING_PARTITIONS" "billing") }}
- name: IDENTITY_RABBITMQ_URL
  value: "amqp://portico_identity:$(IDENTITY_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "IDENTITY_PARTITIONS" "identity") }}
- name: AUDIT_DATABASE_URL
  value: "postgresql://portico_audit_api:$(AUDIT_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_WORKER_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_DIRECT_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
{{- include "portico.setting" (list . "AUDIT_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "AUDIT_WORKER_CONNECTIONS") }}
- name: NOTIFICATIONS_DATABASE_URL
  value: "postgresql://portico_notifications_api:$(NOTIFICATIONS_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_WORKER_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_DIRECT_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
{{- include "portico.setting" (list . "NOTIFICATIONS_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_DOMAIN") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_SELECTOR") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_DKIM_KEY") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_BOUNCE_ADDRESS") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_BOUNCE_TOKEN") }}
- name: PROVISIONING_DATABASE_URL
  value: "postgresql://portico_provisioning_api:$(PROVISIONING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_WORKER_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_DIRECT_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
{{- include "portico.setting" (list . "PROVISIONING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_ENDPOINT") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_REGION") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_ACCESS_KEY") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_SECRET_KEY") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_PUBLIC_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_UPLOAD_MB") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_AT_ONCE") }}
- name: BILLING_DATABASE_URL
  value: "postgresql://portico_billing_api:$(BILLING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_WORKER_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_DIRECT_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
{{- include "portico.setting" (list . "BILLING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_NAME") }}
{{- include "portico.setting" (list . "BILLING_SELLER_CODE") }}
{{- include "portico.setting" (list . "BILLING_SELLER_ADDRESS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_VAT_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_REGISTRATION_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_BANK_ACCOUNT") }}
{{- include "portico.setting" (list . "BILLING_TAX_PERCENT") }}
{{- include "portico.setting" (list . "BILLING_CURRENCY") }}
{{- include "portico.setting" (list . "BILLING_TERMS_DAYS") }}
{{- include "portico.setting" (list . "BILLING_REMINDER_DAYS") }}
{{- include "portico.setting" (list . "BILLING_STAFF_NOTICE_DAYS") }}
- name: IDENTITY_DATABASE_URL
  value: "postgresql://portico_identity_api:$(IDENTITY_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_DIRECT_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
{{- include "portico.setting" (list . "IDENTITY_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "IDENTITY_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
- name: PROVISIONING_FILES_DIR
  value: "/var/lib/portico-provisioning/files"
- name: PORTICO_BILLING_URL
  value: "http://{{ include "portico.fullname" . }}-billing:8000"
- name: PORTICO_PROVISIONING_URL
  value: "http://{{ include "portico.fullname" . }}-provisioning:8000"
- name: PORTICO_NOTIFICATIONS_URL
  value: "http://{{ include "portico.fullname" . }}-notifications:8000"
- name: PORTICO_AUDIT_URL
  value: "http://{{ include "portico.fullname" . }}-audit:8000"
- name: PORTICO_ADMIN_DATABASE_URL
  value: "postgresql://{{ .Values.postgresql.adminUser }}:$(POSTGRES_PASSWORD),$(POSTGRES_FIRST_PASSWORD)@{{ include "portico.postgresql" . }}/postgres"
{{- end }}

{{- define "portico.environment.init" }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
{{- end }}

{{- define "portico.environment.portico" }}
{{- include "portico.secret" (list . "RABBITMQ_PASSWORD") }}
{{- include "portico.secret" (list . "RABBITMQ_FIRST_PASSWORD") }}
{{- include "portico.secret" (list . "PORTAL_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_API_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_SEAL_KEY") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_API_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_LINK_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_API_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_SECRET_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_LICENCE_KEYS") }}
{{- include "portico.secret" (list . "BILLING_API_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_GATEWAY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "IDENTITY_API_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_KEY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
{{- include "portico.secret" (list . "PORTICO_SMTP_URL") }}
- name: PORTICO_ADMIN_RABBITMQ_URL
  value: "amqp://{{ .Values.rabbitmq.adminUser }}:$(RABBITMQ_PASSWORD),$(RABBITMQ_FIRST_PASSWORD)@{{ include "portico.rabbitmq" . }}/"
- name: PORTICO_ADMIN_RABBITMQ_API_URL
  value: "{{ include "portico.rabbitmqManagement" . }}"
- name: PORTAL_RABBITMQ_URL
  value: "amqp://portico_portal:$(PORTAL_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
- name: AUDIT_RABBITMQ_URL
  value: "amqp://portico_audit:$(AUDIT_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "AUDIT_PARTITIONS" "audit") }}
- name: NOTIFICATIONS_RABBITMQ_URL
  value: "amqp://portico_notifications:$(NOTIFICATIONS_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "NOTIFICATIONS_PARTITIONS" "notifications") }}
- name: PROVISIONING_RABBITMQ_URL
  value: "amqp://portico_provisioning:$(PROVISIONING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "PROVISIONING_PARTITIONS" "provisioning") }}
- name: BILLING_RABBITMQ_URL
  value: "amqp://portico_billing:$(BILLING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "BILLING_PARTITIONS" "billing") }}
- name: IDENTITY_RABBITMQ_URL
  value: "amqp://portico_identity:$(IDENTITY_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "IDENTITY_PARTITIONS" "identity") }}
- name: AUDIT_DATABASE_URL
  value: "postgresql://portico_audit_api:$(AUDIT_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_WORKER_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_DIRECT_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
{{- include "portico.setting" (list . "AUDIT_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "AUDIT_WORKER_CONNECTIONS") }}
- name: NOTIFICATIONS_DATABASE_URL
  value: "postgresql://portico_notifications_api:$(NOTIFICATIONS_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_WORKER_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_DIRECT_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
{{- include "portico.setting" (list . "NOTIFICATIONS_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_DOMAIN") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_SELECTOR") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_DKIM_KEY") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_BOUNCE_ADDRESS") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_BOUNCE_TOKEN") }}
- name: PROVISIONING_DATABASE_URL
  value: "postgresql://portico_provisioning_api:$(PROVISIONING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_WORKER_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_DIRECT_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
{{- include "portico.setting" (list . "PROVISIONING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_ENDPOINT") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_REGION") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_ACCESS_KEY") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_SECRET_KEY") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_PUBLIC_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_UPLOAD_MB") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_AT_ONCE") }}
- name: BILLING_DATABASE_URL
  value: "postgresql://portico_billing_api:$(BILLING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_WORKER_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_DIRECT_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
{{- include "portico.setting" (list . "BILLING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_NAME") }}
{{- include "portico.setting" (list . "BILLING_SELLER_CODE") }}
{{- include "portico.setting" (list . "BILLING_SELLER_ADDRESS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_VAT_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_REGISTRATION_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_BANK_ACCOUNT") }}
{{- include "portico.setting" (list . "BILLING_TAX_PERCENT") }}
{{- include "portico.setting" (list . "BILLING_CURRENCY") }}
{{- include "portico.setting" (list . "BILLING_TERMS_DAYS") }}
{{- include "portico.setting" (list . "BILLING_REMINDER_DAYS") }}
{{- include "portico.setting" (list . "BILLING_STAFF_NOTICE_DAYS") }}
- name: IDENTITY_DATABASE_URL
  value: "postgresql://portico_identity_api:$(IDENTITY_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_DIRECT_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
{{- include "portico.setting" (list . "IDENTITY_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "IDENTITY_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
- name: PROVISIONING_FILES_DIR
  value: "/var/lib/portico-provisioning/files"
- name: PORTICO_BILLING_URL
  value: "http://{{ include "portico.fullname" . }}-billing:8000"
- name: PORTICO_PROVISIONING_URL
  value: "http://{{ include "portico.fullname" . }}-provisioning:8000"
- name: PORTICO_NOTIFICATIONS_URL
  value: "http://{{ include "portico.fullname" . }}-notifications:8000"
- name: PORTICO_AUDIT_URL
  value: "http://{{ include "portico.fullname" . }}-audit:8000"
{{- end }}

{{- define "portico.environment.backup" }}
{{- include "portico.secret" (list . "RABBITMQ_PASSWORD") }}
{{- include "portico.secret" (list . "RABBITMQ_FIRST_PASSWORD") }}
{{- include "portico.secret" (list . "PORTAL_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_BROKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_API_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "AUDIT_SEAL_KEY") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_API_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "NOTIFICATIONS_LINK_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_API_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "PROVISIONING_SECRET_KEYS") }}
{{- include "portico.secret" (list . "PROVISIONING_LICENCE_KEYS") }}
{{- include "portico.secret" (list . "BILLING_API_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "BILLING_GATEWAY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_MAIL_KEY") }}
{{- include "portico.secret" (list . "IDENTITY_API_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_WORKER_PASSWORD") }}
{{- include "portico.secret" (list . "IDENTITY_KEY_SECRET") }}
{{- include "portico.secret" (list . "PORTICO_SERVICE_KEY") }}
{{- include "portico.secret" (list . "POSTGRES_PASSWORD") }}
{{- include "portico.secret" (list . "PORTICO_SMTP_URL") }}
- name: PORTICO_ADMIN_RABBITMQ_URL
  value: "amqp://{{ .Values.rabbitmq.adminUser }}:$(RABBITMQ_PASSWORD),$(RABBITMQ_FIRST_PASSWORD)@{{ include "portico.rabbitmq" . }}/"
- name: PORTICO_ADMIN_RABBITMQ_API_URL
  value: "{{ include "portico.rabbitmqManagement" . }}"
- name: PORTAL_RABBITMQ_URL
  value: "amqp://portico_portal:$(PORTAL_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
- name: AUDIT_RABBITMQ_URL
  value: "amqp://portico_audit:$(AUDIT_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "AUDIT_PARTITIONS" "audit") }}
- name: NOTIFICATIONS_RABBITMQ_URL
  value: "amqp://portico_notifications:$(NOTIFICATIONS_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "NOTIFICATIONS_PARTITIONS" "notifications") }}
- name: PROVISIONING_RABBITMQ_URL
  value: "amqp://portico_provisioning:$(PROVISIONING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "PROVISIONING_PARTITIONS" "provisioning") }}
- name: BILLING_RABBITMQ_URL
  value: "amqp://portico_billing:$(BILLING_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "BILLING_PARTITIONS" "billing") }}
- name: IDENTITY_RABBITMQ_URL
  value: "amqp://portico_identity:$(IDENTITY_BROKER_PASSWORD)@{{ include "portico.rabbitmq" . }}/portico"
{{- include "portico.partitions" (list . "IDENTITY_PARTITIONS" "identity") }}
- name: AUDIT_DATABASE_URL
  value: "postgresql://portico_audit_api:$(AUDIT_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_WORKER_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
- name: AUDIT_DIRECT_DATABASE_URL
  value: "postgresql://portico_audit_worker:$(AUDIT_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_audit"
{{- include "portico.setting" (list . "AUDIT_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "AUDIT_WORKER_CONNECTIONS") }}
- name: NOTIFICATIONS_DATABASE_URL
  value: "postgresql://portico_notifications_api:$(NOTIFICATIONS_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_WORKER_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
- name: NOTIFICATIONS_DIRECT_DATABASE_URL
  value: "postgresql://portico_notifications_worker:$(NOTIFICATIONS_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_notifications"
{{- include "portico.setting" (list . "NOTIFICATIONS_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_DOMAIN") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_DKIM_SELECTOR") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_DKIM_KEY") }}
{{- include "portico.setting" (list . "NOTIFICATIONS_BOUNCE_ADDRESS") }}
{{- include "portico.optionalSecret" (list . "NOTIFICATIONS_BOUNCE_TOKEN") }}
- name: PROVISIONING_DATABASE_URL
  value: "postgresql://portico_provisioning_api:$(PROVISIONING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_WORKER_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
- name: PROVISIONING_DIRECT_DATABASE_URL
  value: "postgresql://portico_provisioning_worker:$(PROVISIONING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_provisioning"
{{- include "portico.setting" (list . "PROVISIONING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_ENDPOINT") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_REGION") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_ACCESS_KEY") }}
{{- include "portico.optionalSecret" (list . "PROVISIONING_DOWNLOADS_SECRET_KEY") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_PUBLIC_BUCKET") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_UPLOAD_MB") }}
{{- include "portico.setting" (list . "PROVISIONING_DOWNLOADS_AT_ONCE") }}
- name: BILLING_DATABASE_URL
  value: "postgresql://portico_billing_api:$(BILLING_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_WORKER_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
- name: BILLING_DIRECT_DATABASE_URL
  value: "postgresql://portico_billing_worker:$(BILLING_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_billing"
{{- include "portico.setting" (list . "BILLING_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_WORKER_CONNECTIONS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_NAME") }}
{{- include "portico.setting" (list . "BILLING_SELLER_CODE") }}
{{- include "portico.setting" (list . "BILLING_SELLER_ADDRESS") }}
{{- include "portico.setting" (list . "BILLING_SELLER_VAT_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_REGISTRATION_NUMBER") }}
{{- include "portico.setting" (list . "BILLING_SELLER_BANK_ACCOUNT") }}
{{- include "portico.setting" (list . "BILLING_TAX_PERCENT") }}
{{- include "portico.setting" (list . "BILLING_CURRENCY") }}
{{- include "portico.setting" (list . "BILLING_TERMS_DAYS") }}
{{- include "portico.setting" (list . "BILLING_REMINDER_DAYS") }}
{{- include "portico.setting" (list . "BILLING_STAFF_NOTICE_DAYS") }}
- name: IDENTITY_DATABASE_URL
  value: "postgresql://portico_identity_api:$(IDENTITY_API_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_WORKER_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
- name: IDENTITY_DIRECT_DATABASE_URL
  value: "postgresql://portico_identity_worker:$(IDENTITY_WORKER_PASSWORD)@{{ include "portico.postgresql" . }}/portico_identity"
{{- include "portico.setting" (list . "IDENTITY_API_CONNECTIONS") }}
{{- include "portico.setting" (list . "IDENTITY_WORKER_CONNECTIONS") }}
- name: PORTICO_LEAVING_SECONDS
  value: "4"
- name: PORTICO_HUNG_SECONDS
  value: "30"
- name: PORTICO_PUBLIC_URL
  value: {{ required "publicUrl: where people reach the portal" .Values.publicUrl | quote }}
- name: PORTICO_IDENTITY_URL
  value: "http://{{ include "portico.fullname" . }}-identity:8000"
- name: PORTICO_METRICS_HOST
  value: "0.0.0.0"
- name: PORTICO_METRICS_PORT
  value: "9464"
{{- include "portico.setting" (list . "OTEL_EXPORTER_OTLP_ENDPOINT") }}
{{- include "portico.optionalSecret" (list . "OTEL_EXPORTER_OTLP_HEADERS") }}
{{- include "portico.setting" (list . "OTEL_RESOURCE_ATTRIBUTES") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER") }}
{{- include "portico.setting" (list . "OTEL_TRACES_SAMPLER_ARG") }}
- name: PORTICO_TRUSTED_PROXIES
  value: {{ join "," .Values.trustedProxies | quote }}
- name: PROVISIONING_FILES_DIR
  value: "/var/lib/portico-provisioning/files"
- name: PORTICO_BILLING_URL
  value: "http://{{ include "portico.fullname" . }}-billing:8000"
- name: PORTICO_PROVISIONING_URL
  value: "http://{{ include "portico.fullname" . }}-provisioning:8000"
- name: PORTICO_NOTIFICATIONS_URL
  value: "http://{{ include "portico.fullname" . }}-notifications:8000"
- name: PORTICO_AUDIT_URL
  value: "http://{{ include "portico.fullname" . }}-audit:8000"
- name: PORTICO_ADMIN_DATABASE_URL
  value: "postgresql://{{ .Values.postgresql.adminUser }}:$(POSTGRES_PASSWORD)@{{ include "portico.postgresql" . }}/postgres"
{{- include "portico.setting" (list . "PORTICO_BACKUP_RECIPIENTS") }}
{{- include "portico.optionalSecret" (list . "AWS_ACCESS_KEY_ID") }}
{{- include "portico.optionalSecret" (list . "AWS_SECRET_ACCESS_KEY") }}
{{- include "portico.setting" (list . "AWS_REGION") }}
{{- include "portico.setting" (list . "AWS_ENDPOINT_URL") }}
{{- end }}
